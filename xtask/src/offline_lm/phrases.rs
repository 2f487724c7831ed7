//! The sentences the model writes itself: replies in the customer's language, its reasons in English.

use super::evidence::{Evidence, Mood};
use super::lexicon::{DANGER, DEADLINE};

/// A short reply in the language of the text: what happens next, about which order.
pub(crate) fn reply(evidence: &Evidence) -> String {
    let phrases =
        PHRASES.iter().find(|phrases| phrases.code == evidence.language.0).unwrap_or(&PHRASES[0]);
    if evidence.sentences.is_empty() {
        return phrases.say_again.to_owned();
    }
    let topic = evidence.topics().first().map_or("other", |(topic, _)| topic.names[0]);
    let next = match topic {
        "delivery" => phrases.delivery,
        "refund" => phrases.refund,
        "fault" => phrases.fault,
        "billing" => phrases.billing,
        "account" => phrases.account,
        _ => phrases.other,
    };
    let order = evidence.orders.first().map_or_else(String::new, |order| format!(" ({order})"));
    let is_unspaced = matches!(phrases.code, "ja" | "zh");
    let next = next.replace("{order}", if is_unspaced { order.trim_start() } else { &order });
    let is_urgent = evidence.urgency() >= 4;
    let sentences = [
        phrases.hello,
        if is_urgent { phrases.sorry } else { "" },
        &next,
        if is_urgent { phrases.today } else { "" },
    ];
    let between = if is_unspaced { "" } else { " " };
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(between)
}

/// What a summary says of a text without a sentence in it.
pub(crate) fn nothing_said(evidence: &Evidence) -> &'static str {
    if evidence.document.trim().is_empty() {
        "The message is empty."
    } else {
        "The message asks for nothing."
    }
}

/// Why the rules decided as they did, for whoever reads the prediction.
pub(crate) fn reasoning(evidence: &Evidence) -> String {
    let topics = evidence.topics();
    let Some((topic, _)) = topics.first() else {
        return "No word of the text speaks for a known topic, and nothing in it calls for haste."
            .to_owned();
    };
    let mut hits = topic.hits(&evidence.folded);
    hits.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let words: Vec<String> = hits.iter().take(3).map(|hit| format!("\"{}\"", hit.stem)).collect();
    let mut reasons = format!("Found {}, which speak for {}", words.join(", "), topic.names[0]);
    if let Some((second, _)) = topics.get(1) {
        reasons.push_str(&format!(" more than for {}", second.names[0]));
    }
    let mut hurry = DANGER.hits(&evidence.folded);
    hurry.extend(DEADLINE.hits(&evidence.folded));
    let hurry: Vec<String> = hurry.iter().take(3).map(|hit| format!("\"{}\"", hit.stem)).collect();
    let mood = match evidence.mood() {
        Mood::Angry => "angry",
        Mood::Worried => "worried",
        Mood::Pleased => "pleased",
        Mood::Neutral => "matter-of-fact",
    };
    let hurry = if hurry.is_empty() {
        String::new()
    } else {
        format!("; {} call for haste", hurry.join(", "))
    };
    format!("{reasons}{hurry}. The tone is {mood}.")
}

/// What the model can say in one language; `{order}` becomes an order number in brackets, or nothing.
struct Phrases {
    code: &'static str,
    hello: &'static str,
    sorry: &'static str,
    today: &'static str,
    say_again: &'static str,
    delivery: &'static str,
    refund: &'static str,
    fault: &'static str,
    billing: &'static str,
    account: &'static str,
    other: &'static str,
}

/// English first: it stands in for every language that is not here.
const PHRASES: [Phrases; 17] = [
    Phrases {
        code: "en",
        hello: "Thank you for your message.",
        sorry: "We are very sorry for the trouble.",
        today: "A colleague is looking after this now and will contact you today.",
        say_again: "Your message reached us without any text. Please write to us again.",
        delivery: "We are asking the carrier where your parcel{order} is and will tell you as soon as we know.",
        refund: "We are checking your return{order} and will see to the refund.",
        fault: "Please stop using the item{order} if it is not safe; we will arrange a repair or a replacement.",
        billing: "We are checking the payment and the invoice{order} and will correct any mistake.",
        account: "We are checking your account and will make sure that only you have access to it.",
        other: "We have passed your question on and will answer it shortly.",
    },
    Phrases {
        code: "de",
        hello: "Vielen Dank für Ihre Nachricht.",
        sorry: "Die Unannehmlichkeiten tun uns sehr leid.",
        today: "Eine Kollegin kümmert sich jetzt darum und meldet sich noch heute bei Ihnen.",
        say_again: "Ihre Nachricht kam ohne Text bei uns an. Bitte schreiben Sie uns noch einmal.",
        delivery: "Wir fragen beim Paketdienst nach, wo Ihre Sendung{order} ist, und geben Ihnen Bescheid.",
        refund: "Wir prüfen Ihre Rücksendung{order} und kümmern uns um die Rückerstattung.",
        fault: "Bitte benutzen Sie den Artikel{order} nicht weiter, falls er nicht sicher ist; wir veranlassen Reparatur oder Ersatz.",
        billing: "Wir prüfen Zahlung und Rechnung{order} und berichtigen jeden Fehler.",
        account: "Wir prüfen Ihr Kundenkonto und sorgen dafür, dass nur Sie Zugang haben.",
        other: "Wir haben Ihre Frage weitergegeben und antworten Ihnen in Kürze.",
    },
    Phrases {
        code: "fr",
        hello: "Merci pour votre message.",
        sorry: "Nous sommes vraiment désolés pour ce désagrément.",
        today: "Une collègue s'en occupe dès maintenant et vous contactera aujourd'hui.",
        say_again: "Votre message nous est parvenu sans texte. Merci de nous écrire à nouveau.",
        delivery: "Nous demandons au transporteur où se trouve votre colis{order} et vous tiendrons au courant.",
        refund: "Nous vérifions votre retour{order} et nous occupons du remboursement.",
        fault: "N'utilisez plus l'article{order} s'il n'est pas sûr ; nous organisons une réparation ou un remplacement.",
        billing: "Nous vérifions le paiement et la facture{order} et corrigerons toute erreur.",
        account: "Nous vérifions votre compte et veillons à ce que vous seul y ayez accès.",
        other: "Nous avons transmis votre question et vous répondrons rapidement.",
    },
    Phrases {
        code: "es",
        hello: "Gracias por su mensaje.",
        sorry: "Lamentamos mucho las molestias.",
        today: "Una compañera se ocupa ahora mismo de su caso y se pondrá en contacto con usted hoy.",
        say_again: "Su mensaje nos llegó sin texto. Por favor, escríbanos de nuevo.",
        delivery: "Estamos preguntando a la empresa de mensajería dónde está su paquete{order} y le avisaremos.",
        refund: "Estamos revisando su devolución{order} y nos ocuparemos del reembolso.",
        fault: "Deje de usar el artículo{order} si no es seguro; organizaremos una reparación o un cambio.",
        billing: "Estamos revisando el pago y la factura{order} y corregiremos cualquier error.",
        account: "Estamos revisando su cuenta y nos aseguraremos de que solo usted tenga acceso.",
        other: "Hemos trasladado su pregunta y le responderemos en breve.",
    },
    Phrases {
        code: "it",
        hello: "Grazie per il suo messaggio.",
        sorry: "Ci dispiace molto per il disagio.",
        today: "Una collega se ne sta occupando e la contatterà oggi stesso.",
        say_again: "Il suo messaggio è arrivato senza testo. La preghiamo di scriverci di nuovo.",
        delivery: "Stiamo chiedendo al corriere dove si trova il suo pacco{order} e la informeremo.",
        refund: "Stiamo verificando il suo reso{order} e ci occuperemo del rimborso.",
        fault: "Non usi più l'articolo{order} se non è sicuro; organizzeremo una riparazione o una sostituzione.",
        billing: "Stiamo verificando il pagamento e la fattura{order} e correggeremo ogni errore.",
        account: "Stiamo verificando il suo account e faremo in modo che solo lei possa accedervi.",
        other: "Abbiamo inoltrato la sua domanda e le risponderemo a breve.",
    },
    Phrases {
        code: "pt",
        hello: "Obrigado pela sua mensagem.",
        sorry: "Lamentamos muito o incómodo.",
        today: "Uma colega está a tratar do assunto e entrará em contacto consigo ainda hoje.",
        say_again: "A sua mensagem chegou sem texto. Por favor, escreva-nos novamente.",
        delivery: "Estamos a perguntar à transportadora onde está a sua encomenda{order} e daremos notícias.",
        refund: "Estamos a verificar a sua devolução{order} e trataremos do reembolso.",
        fault: "Deixe de usar o artigo{order} se não for seguro; trataremos da reparação ou da troca.",
        billing: "Estamos a verificar o pagamento e a fatura{order} e corrigiremos qualquer erro.",
        account: "Estamos a verificar a sua conta e garantiremos que só você tem acesso.",
        other: "Encaminhámos a sua pergunta e responderemos em breve.",
    },
    Phrases {
        code: "nl",
        hello: "Bedankt voor uw bericht.",
        sorry: "Het spijt ons zeer.",
        today: "Een collega is er nu mee bezig en neemt vandaag nog contact met u op.",
        say_again: "Uw bericht kwam zonder tekst bij ons aan. Wilt u ons nogmaals schrijven?",
        delivery: "Wij vragen de bezorgdienst waar uw pakket{order} is en laten het u weten.",
        refund: "Wij controleren uw retour{order} en zorgen voor de terugbetaling.",
        fault: "Gebruik het artikel{order} niet meer als het niet veilig is; wij regelen een reparatie of vervanging.",
        billing: "Wij controleren de betaling en de factuur{order} en herstellen elke fout.",
        account: "Wij controleren uw account en zorgen dat alleen u toegang heeft.",
        other: "Wij hebben uw vraag doorgegeven en antwoorden binnenkort.",
    },
    Phrases {
        code: "pl",
        hello: "Dziękujemy za wiadomość.",
        sorry: "Bardzo przepraszamy za kłopot.",
        today: "Nasza koleżanka już się tym zajmuje i skontaktuje się z Państwem jeszcze dziś.",
        say_again: "Wiadomość dotarła do nas bez treści. Prosimy napisać ponownie.",
        delivery: "Pytamy przewoźnika, gdzie jest przesyłka{order}, i damy Państwu znać.",
        refund: "Sprawdzamy zwrot{order} i zajmiemy się zwrotem pieniędzy.",
        fault: "Prosimy nie używać produktu{order}, jeśli nie jest bezpieczny; zorganizujemy naprawę lub wymianę.",
        billing: "Sprawdzamy płatność i fakturę{order} i poprawimy każdy błąd.",
        account: "Sprawdzamy Państwa konto i zadbamy, aby nikt inny nie miał do niego dostępu.",
        other: "Przekazaliśmy pytanie dalej i wkrótce odpowiemy.",
    },
    Phrases {
        code: "tr",
        hello: "Mesajınız için teşekkür ederiz.",
        sorry: "Yaşadığınız sorun için çok üzgünüz.",
        today: "Bir arkadaşımız şu anda ilgileniyor ve bugün sizinle iletişime geçecek.",
        say_again: "Mesajınız bize boş ulaştı. Lütfen tekrar yazın.",
        delivery: "Paketinizin{order} nerede olduğunu kargo firmasına soruyoruz ve size bilgi vereceğiz.",
        refund: "İadenizi{order} kontrol ediyoruz ve para iadesiyle ilgileneceğiz.",
        fault: "Güvenli değilse ürünü{order} lütfen kullanmayın; onarım veya değişim ayarlayacağız.",
        billing: "Ödemeyi ve faturayı{order} kontrol ediyoruz, hata varsa düzelteceğiz.",
        account: "Hesabınızı kontrol ediyoruz; yalnızca sizin erişebilmenizi sağlayacağız.",
        other: "Sorunuzu ilgili ekibe ilettik, kısa sürede yanıtlayacağız.",
    },
    Phrases {
        code: "sv",
        hello: "Tack för ditt meddelande.",
        sorry: "Vi är mycket ledsna för besväret.",
        today: "En kollega arbetar med ärendet nu och hör av sig i dag.",
        say_again: "Ditt meddelande kom fram utan text. Skriv gärna till oss igen.",
        delivery: "Vi frågar transportören var ditt paket{order} är och meddelar dig.",
        refund: "Vi kontrollerar din retur{order} och ordnar återbetalningen.",
        fault: "Använd inte varan{order} om den inte är säker; vi ordnar reparation eller byte.",
        billing: "Vi kontrollerar betalningen och fakturan{order} och rättar alla fel.",
        account: "Vi kontrollerar ditt konto och ser till att bara du har tillgång.",
        other: "Vi har skickat din fråga vidare och svarar snart.",
    },
    Phrases {
        code: "cs",
        hello: "Děkujeme za Vaši zprávu.",
        sorry: "Za potíže se velmi omlouváme.",
        today: "Kolegyně se tím právě zabývá a ještě dnes se Vám ozve.",
        say_again: "Vaše zpráva dorazila bez textu. Napište nám prosím znovu.",
        delivery: "Ptáme se dopravce, kde je Vaše zásilka{order}, a dáme Vám vědět.",
        refund: "Prověřujeme vrácení zboží{order} a postaráme se o vrácení peněz.",
        fault: "Pokud výrobek{order} není bezpečný, prosím nepoužívejte ho; zařídíme opravu nebo výměnu.",
        billing: "Prověřujeme platbu a fakturu{order} a případnou chybu opravíme.",
        account: "Prověřujeme Váš účet a zajistíme, abyste k němu měli přístup jen Vy.",
        other: "Váš dotaz jsme předali dál a brzy odpovíme.",
    },
    Phrases {
        code: "ru",
        hello: "Спасибо за ваше сообщение.",
        sorry: "Приносим искренние извинения за неудобства.",
        today: "Коллега уже занимается этим и свяжется с вами сегодня.",
        say_again: "Ваше сообщение пришло без текста. Пожалуйста, напишите нам ещё раз.",
        delivery: "Мы выясняем у перевозчика, где находится ваша посылка{order}, и сообщим вам.",
        refund: "Мы проверяем возврат{order} и займёмся возвратом денег.",
        fault: "Не пользуйтесь товаром{order}, если это небезопасно; мы организуем ремонт или замену.",
        billing: "Мы проверяем платёж и счёт{order} и исправим любую ошибку.",
        account: "Мы проверяем ваш аккаунт и позаботимся, чтобы доступ был только у вас.",
        other: "Мы передали ваш вопрос и скоро ответим.",
    },
    Phrases {
        code: "uk",
        hello: "Дякуємо за ваше повідомлення.",
        sorry: "Щиро перепрошуємо за незручності.",
        today: "Колега вже займається цим і зв'яжеться з вами сьогодні.",
        say_again: "Ваше повідомлення надійшло без тексту. Будь ласка, напишіть нам ще раз.",
        delivery: "Ми з'ясовуємо в перевізника, де ваша посилка{order}, і повідомимо вас.",
        refund: "Ми перевіряємо повернення{order} і подбаємо про повернення коштів.",
        fault: "Не користуйтеся товаром{order}, якщо це небезпечно; ми організуємо ремонт або заміну.",
        billing: "Ми перевіряємо платіж і рахунок{order} та виправимо будь-яку помилку.",
        account: "Ми перевіряємо ваш обліковий запис і подбаємо, щоб доступ мали тільки ви.",
        other: "Ми передали ваше запитання і скоро відповімо.",
    },
    Phrases {
        code: "ar",
        hello: "شكرا لرسالتك.",
        sorry: "نعتذر بشدة عن هذا الإزعاج.",
        today: "زميلتنا تتابع الأمر الآن وستتواصل معك اليوم.",
        say_again: "وصلتنا رسالتك بدون نص. نرجو أن تكتب لنا مرة أخرى.",
        delivery: "نسأل شركة الشحن عن مكان طردك{order} وسنخبرك بالنتيجة.",
        refund: "نراجع طلب الإرجاع{order} وسنهتم باسترداد المبلغ.",
        fault: "نرجو عدم استخدام المنتج{order} إذا لم يكن آمنا، وسنرتب الإصلاح أو الاستبدال.",
        billing: "نراجع الدفع والفاتورة{order} وسنصحح أي خطأ.",
        account: "نراجع حسابك وسنتأكد من أن الدخول إليه لك وحدك.",
        other: "لقد حولنا سؤالك إلى القسم المختص وسنجيبك قريبا.",
    },
    Phrases {
        code: "ja",
        hello: "お問い合わせありがとうございます。",
        sorry: "ご迷惑をおかけし、誠に申し訳ございません。",
        today: "担当者がただいま対応しており、本日中にご連絡いたします。",
        say_again: "本文のないメッセージが届きました。お手数ですが、もう一度お送りください。",
        delivery: "お荷物{order}の所在を配送業者に確認し、結果をお知らせいたします。",
        refund: "ご返品{order}を確認し、返金の手続きをいたします。",
        fault: "安全でない場合は商品{order}のご使用をお控えください。修理または交換を手配いたします。",
        billing: "お支払いと請求書{order}を確認し、誤りがあれば訂正いたします。",
        account: "アカウントを確認し、ご本人だけが利用できるようにいたします。",
        other: "ご質問を担当部署に伝えました。まもなくお返事いたします。",
    },
    Phrases {
        code: "zh",
        hello: "感谢您的来信。",
        sorry: "给您带来不便,我们深表歉意。",
        today: "同事正在处理此事,今天会与您联系。",
        say_again: "我们收到的信息没有内容,请您重新发送。",
        delivery: "我们正在向快递公司查询您的包裹{order},一有消息就通知您。",
        refund: "我们正在核对您的退货{order},并会处理退款。",
        fault: "如果商品{order}不安全,请停止使用;我们会安排维修或更换。",
        billing: "我们正在核对付款和发票{order},如有错误会立即更正。",
        account: "我们正在检查您的账户,确保只有您本人可以使用。",
        other: "您的问题已转给相关同事,我们会尽快答复。",
    },
    Phrases {
        code: "ko",
        hello: "문의해 주셔서 감사합니다.",
        sorry: "불편을 드려 대단히 죄송합니다.",
        today: "담당자가 지금 확인하고 있으며 오늘 안에 연락드리겠습니다.",
        say_again: "내용이 없는 메시지가 도착했습니다. 다시 보내 주세요.",
        delivery: "배송업체에 상품{order}의 위치를 확인하여 알려 드리겠습니다.",
        refund: "반품{order}을 확인하고 환불을 처리하겠습니다.",
        fault: "안전하지 않다면 상품{order} 사용을 중지해 주세요. 수리 또는 교환을 준비하겠습니다.",
        billing: "결제와 청구 내역{order}을 확인하고 오류가 있으면 바로잡겠습니다.",
        account: "계정을 확인하여 고객님만 이용하실 수 있도록 하겠습니다.",
        other: "문의하신 내용을 담당자에게 전달했으며 곧 답변드리겠습니다.",
    },
];
