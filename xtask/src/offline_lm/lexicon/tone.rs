//! How a message is said: in anger or calm, in fear, in a hurry.

use super::Concept;

pub(crate) static ANGER: Concept = Concept::new(
    &["angry", "anger", "furious", "annoyed", "upset", "frustrat", "negative"],
    &[
        (
            2.0,
            "disgusting|ridiculous|unacceptable|outrage|fed up|terrible|awful|worst|scandal|wtf|lawyer|you people",
        ),
        (1.0, "annoying|disappoint|useless|promised"),
        (2.0, "unverschamt|frechheit|anwalt|unmoglich|skandal|drohen sie"),
        (2.0, "inadmissible|honte|se moque|scandale|saisis la"),
        (2.0, "verguenza|denuncia|inaceptable|indignante"),
        (2.0, "vergogn|inaccettabile|scandalo"),
        (2.0, "vergonha|inaceitavel|absurdo"),
        (2.0, "belachelijk|schandalig|klacht in|onacceptabel"),
        (2.0, "skandal|oburzaj|niedopuszczaln"),
        (2.0, "rezalet|kepazelik|sikayet edece"),
        (2.0, "skandal|oacceptabel|bedrovlig"),
        (2.0, "ostuda|nehorazn"),
        (2.0, "безобрази|возмут|обурен"),
        (2.0, "غير مقبول|فضيحة|غاضب"),
        (2.0, "ひどい|許せ|ふざけ"),
        (2.0, "投诉|太差|无法接受|拖了"),
        (2.0, "화가|어이없|최악"),
    ],
);

pub(crate) static DANGER: Concept = Concept::new(
    &["danger", "safety", "hazard", "fraud"],
    &[
        (
            3.0,
            "smoking|smoke_|sparks|burning smell|caught fire|dangerous|electric shock|injur|fraud|hacked|stolen",
        ),
        (3.0, "gehackt|rauch|brennt|funken|gefahrlich|betrug|stromschlag"),
        (3.0, "fumee|brule|dangereu|pirate|fraude|etincelle"),
        (3.0, "humo|quema|peligro|hackead|fraude|chispas"),
        (3.0, "fumo|bruciato|pericolo|hackerat|frode|scintille"),
        (3.0, "fumaca|perigos|hackead|fraude|faiscas"),
        (3.0, "rook_|brand_|gevaarlijk|gehackt|fraude|vonken"),
        (3.0, "dym_|niebezpiecz|pozar|zhakowan|oszustw|iskry"),
        (3.0, "duman|tehlike|yangin|dolandir|kivilcim"),
        (3.0, "brinner|farlig|hackad|bedrageri|gnistor"),
        (3.0, "kour_|nebezpec|hori_|podvod"),
        (3.0, "дым_|опасн|пожар|взлом|мошен|небезпечн|шахрай"),
        (3.0, "دخان|حريق|خطر|اختراق|احتيال"),
        (3.0, "煙|発火|火花|危険|不正利用|乗っ取"),
        (3.0, "冒烟|着火|危险|被盗|诈骗"),
        (3.0, "연기|불꽃|위험|해킹|사기"),
    ],
);

/// That something must happen soon.
pub(crate) static DEADLINE: Concept = Concept::new(
    &["urgent", "urgency", "priority", "asap", "severity", "deadline"],
    &[
        (
            2.0,
            "urgent|immediately|asap|right now|refund now|today_|tomorrow|this afternoon|tonight",
        ),
        (1.0, "quickly|this weekend|as soon as possible"),
        (2.0, "sofort|dringend|umgehend|heute noch|bis morgen|eilt sehr"),
        (2.0, "urgent|immediatement|aujourdhui|demain|tout de suite"),
        (2.0, "urgente|inmediatamente|manana_|hoy mismo|cuanto antes"),
        (2.0, "domani|oggi stesso|subito|immediatamente"),
        (2.0, "urgencia|imediatamente|amanha|hoje mesmo"),
        (2.0, "dringend|onmiddellijk|vandaag|morgen moet|direct_"),
        (2.0, "natychmiast|pilne|jeszcze dzis|jutro"),
        (2.0, "acil|hemen|bugun|yarin"),
        (2.0, "bradskande|omedelbart|genast|imorgon|idag_"),
        (2.0, "nalehav|okamzite|zitra|ihned"),
        (2.0, "срочно|немедленно|сегодня же|завтра|терміново|негайно"),
        (2.0, "عاجل|فورا|غدا|حالا"),
        (2.0, "至急|本日中|明日|大至急|今すぐ"),
        (2.0, "尽快|马上|立刻|今天再不|明天|紧急"),
        (2.0, "빨리|급합|당장|즉시|내일"),
    ],
);

/// That it has gone on for long.
pub(crate) static LONG_WAIT: Concept = Concept::new(
    &["waiting", "delay", "duration"],
    &[
        (
            1.0,
            "weeks|months|eight times|three times|day fourteen|still waiting|for the third time|ten years",
        ),
        (1.0, "dritte|seit wochen|wochen nichts|zweimal geschickt"),
        (1.0, "six semaines|huit fois|depuis des mois"),
        (1.0, "dos meses|tres meses|cada vez me dicen"),
        (1.0, "drie keer|al weken"),
        (1.0, "haftadir|uc hafta|defalarca"),
        (1.0, "tre settimane|due mesi|da settimane"),
        (1.0, "ha semanas|ha meses"),
        (1.0, "од тижн|уже месяц|третий раз"),
        (1.0, "منذ أسبوعين|منذ شهر"),
        (1.0, "一个月了|几个星期"),
        (1.0, "한 달"),
    ],
);

pub(crate) static CALM: Concept = Concept::new(
    &["calm", "patient", "relaxed"],
    &[
        (
            2.0,
            "no rush|no hurry|not urgent|whenever you|just planning|no complaint|just wanted to say|not a big problem|isnt a big problem|not the end of the world|only wondering|just asking|i was only|asking before|next month",
        ),
        (2.0, "keine eile|eilt nicht|nicht dringend|in ruhe"),
        (2.0, "pas urgent|rien ne presse|quand vous pouvez"),
        (2.0, "sin prisa|no es urgente|cuando puedan|solo aviso"),
        (2.0, "senza fretta|non e urgente|con calma"),
        (2.0, "sem pressa|nao e urgente"),
        (2.0, "geen haast|niet dringend"),
        (2.0, "bez pospiechu|niepilne"),
        (2.0, "acelesi yok|acil degil"),
        (2.0, "ingen brad"),
        (2.0, "nespecha"),
        (2.0, "не срочно|не спешу|не терміново"),
        (2.0, "ليس عاجلا|لا داعي للعجلة"),
        (2.0, "急ぎません|急いでいません"),
        (2.0, "不急"),
        (2.0, "급하지 않"),
    ],
);

pub(crate) static PRAISE: Concept = Concept::new(
    &["pleased", "happy", "satisfied", "positive", "friendly", "grateful", "delight"],
    &[
        (
            2.0,
            "love your|pass on my thanks|no complaint|great shop|wonderful|magnificent|excellent service|delighted|day early",
        ),
        (2.0, "begeistert|toller laden|super service|bin sehr zufrieden"),
        (2.0, "ravi_|enchante|bravo"),
        (2.0, "encantad|excelente servicio"),
        (2.0, "fantastic|ottimo servizio|complimenti"),
        (2.0, "adorei|excelente servico"),
        (2.0, "geweldig|erg tevreden"),
        (2.0, "zachwycon|swietna obsluga"),
        (2.0, "harika|cok memnun"),
        (2.0, "jattebra|mycket nojd"),
        (2.0, "очень доволен|отлично|чудово"),
        (2.0, "ممتاز|رائع"),
        (2.0, "素晴らし|嬉し"),
        (2.0, "非常满意|太棒"),
        (2.0, "만족|훌륭"),
    ],
);

pub(crate) static WORRY: Concept = Concept::new(
    &["worried", "anxious", "afraid", "scared", "concerned", "fear"],
    &[
        (2.0, "afraid|worried|scared|insulin|medicine|medication|hospital|children|i did not make"),
        (2.0, "hilfe|angst|besorgt|bevor jemand"),
        (2.0, "inquiet|peur_"),
        (2.0, "preocupad|miedo"),
        (2.0, "preoccupat|paura|vi prego"),
        (2.0, "preocupad|medo_"),
        (2.0, "bezorgd|bang_"),
        (2.0, "boje sie|martwie"),
        (2.0, "endise|korku"),
        (2.0, "orolig|radd_"),
        (2.0, "боюс|волну|хвилю"),
        (2.0, "قلق|خائف"),
        (2.0, "心配|不安"),
        (2.0, "担心|害怕"),
        (2.0, "걱정|불안"),
    ],
);

/// That the writer asks for something.
pub(crate) static REQUEST: Concept = Concept::new(
    &["request", "wish", "ask", "question", "action", "demand", "next step"],
    &[
        (
            2.0,
            "please|could you|can you|can i|i want|i would like|i should like|would you|would somebody|tell me|do you|where is|is it possible|will my|i need|we would need|wondering whether|wanted to ask",
        ),
        (2.0, "bitte|konnen sie|konnten sie|sperren sie|ich mochte|kann man|habt ihr|wann_"),
        (2.0, "merci de|pouvez vous|peut on|je veux|je souhaite|est ce"),
        (2.0, "pueden|puedo contar|quiero|por favor|necesito|reparan|me pueden"),
        (2.0, "potete|vorrei|vi prego|per favore"),
        (2.0, "quando posso|por favor|peco que|resolvam|gostaria"),
        (2.0, "kunt u|valt dit|graag|leveren of|ik wil"),
        (2.0, "prosze o|prosze_|chcial|czy moge|natychmiastowy kontakt"),
        (2.0, "lutfen|istiyorum|eder misiniz|olur musunuz|rica"),
        (2.0, "kan jag|kan ni|nar sker|snalla|jag vill"),
        (2.0, "prosim|chtel bych|jak mam|muzete"),
        (2.0, "прошу|пожалуйста|можете|куда_|чи можете|будь ласка"),
        (2.0, "ارجو|من فضلك|اريد|الرجاء"),
        (2.0, "お願い|ください|でしょうか|いただけ"),
        (2.0, "请|帮我|我要|怎样|麻烦"),
        (2.0, "해 주세요|주세요|있을까요|부탁"),
    ],
);

/// Words that talk to a model about its prompt, not to a shop about a purchase.
pub(crate) static INJECTION: Concept = Concept::new(
    &["injection"],
    &[
        (
            2.0,
            "previous instruction|prior instruction|above instruction|system prompt|you are now|set urgency|set topic|set priority|to whatever bot|approve everything|ignoriere alle|ignora las instruc|ignore les instruc",
        ),
        (2.0, "忽略之前|以前の指示"),
    ],
);
