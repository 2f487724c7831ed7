//! The language of a text: by its script where that decides, by its small words where it does not.

use super::text::fold;

/// A language the model can answer in, by its ISO 639-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Language(pub(crate) &'static str);

/// What a text without evidence is taken for.
pub(crate) const ENGLISH: Language = Language("en");

/// The language most of the text is in; English where nothing decides.
pub(crate) fn detect(text: &str) -> Language {
    by_script(text).or_else(|| by_small_words(text)).unwrap_or(ENGLISH)
}

/// The languages of a code or an English name: `de`, `German`.
pub(crate) fn names(language: Language) -> [&'static str; 2] {
    let name =
        NAMES.iter().find(|(code, _)| *code == language.0).map_or("English", |(_, name)| name);
    [language.0, name]
}

fn by_script(text: &str) -> Option<Language> {
    let mut counts = [0usize; 6];
    let mut n_letters = 0usize;
    for character in text.chars().filter(|c| c.is_alphabetic()) {
        n_letters += 1;
        let script = match u32::from(character) {
            0x3040..=0x30FF => 0,
            0x3400..=0x9FFF => 1,
            0xAC00..=0xD7AF => 2,
            0x0600..=0x06FF => 3,
            0x0400..=0x04FF => 4,
            _ => continue,
        };
        counts[script] += 1;
        if matches!(character, 'і' | 'ї' | 'є' | 'ґ') {
            counts[5] += 1;
        }
    }
    let [kana, han, hangul, arabic, cyrillic, ukrainian] = counts;
    let decides = |count: usize| count * 3 > n_letters;
    match () {
        () if kana > 0 && decides(kana + han) => Some(Language("ja")),
        () if decides(han) => Some(Language("zh")),
        () if decides(hangul) => Some(Language("ko")),
        () if decides(arabic) => Some(Language("ar")),
        () if decides(cyrillic) && ukrainian > 0 => Some(Language("uk")),
        () if decides(cyrillic) => Some(Language("ru")),
        () => None,
    }
}

fn by_small_words(text: &str) -> Option<Language> {
    let folded = fold(text);
    // A single letter weighs half, and does not decide alone.
    let mut best = (1, None);
    for (code, small_words) in SMALL_WORDS {
        let found =
            folded.split(' ').filter(|word| small_words.split(' ').any(|small| small == *word));
        let score: usize = found.map(|word| word.len().min(2)).sum();
        if score > best.0 {
            best = (score, Some(Language(code)));
        }
    }
    best.1
}

const NAMES: [(&str, &str); 17] = [
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("it", "Italian"),
    ("pt", "Portuguese"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("tr", "Turkish"),
    ("sv", "Swedish"),
    ("cs", "Czech"),
    ("ru", "Russian"),
    ("uk", "Ukrainian"),
    ("ar", "Arabic"),
    ("ja", "Japanese"),
    ("zh", "Chinese"),
    ("ko", "Korean"),
];

/// Small words without accents, as [`fold`] leaves them; English first, so that it wins a draw.
const SMALL_WORDS: [(&str, &str); 11] = [
    (
        "en",
        "the and is are was i you my your to of for it not have has this that with on be in at would could please thanks when if do",
    ),
    (
        "de",
        "der die das und ist ich sie nicht ein eine zu mit bei auf den dem von habe hat es war wir ihr bitte auch danke aus wurde konnen mein meine jetzt schon",
    ),
    (
        "fr",
        "le la les et est je vous ne pas une un des du de que qui dans pour sur ma mon mes votre merci bonjour depuis avec cela deja ce",
    ),
    (
        "es",
        "el la los las y es yo usted no una un de que en por para con mi mis su hola pero cuando puedo gracias lo se desde llevo ya",
    ),
    (
        "it",
        "il lo la gli e un una di che in per con mio mia non ho sono ciao salve grazie buongiorno quando alla della dal ma mi del potete",
    ),
    (
        "pt",
        "o a os as e um uma de que em por para com meu minha nao eu voces obrigado obrigada bom dia boa tarde ola foi mas da do no na quando ainda",
    ),
    (
        "nl",
        "de het een en is ik u niet van op te met voor bij dat die mijn uw heb hij maar ook kunt dit naar aan wel geen al jullie",
    ),
    (
        "pl",
        "i w na z nie jest sie do to ze od za po prosze dzien dobry mam moje przy dziekuje kiedy o u was tego czy jak",
    ),
    (
        "tr",
        "ve bir bu icin ile de da ne mi benim degil ama cok merhaba numarali siparisim siparisin artik hala tesekkurler iyi gunler lutfen diyor istiyorum",
    ),
    (
        "sv",
        "och att det som jag en ett ar pa for med har inte av till fran hej mvh om kan de nar efter blir tror den",
    ),
    ("cs", "a v na se je to ze do z dobry den dekuji jsem by jak mam po prosim ale mi bych pri"),
];

#[cfg(test)]
mod tests {
    use super::detect;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(detect(text).0, expected, "language of {text:?}");
    }

    #[test]
    fn small_words_decide_between_latin_languages() {
        check("Where is my parcel?", "en");
        check("Wo ist mein Paket? Ich warte schon lange.", "de");
        check("Je n'ai pas reçu ma commande", "fr");
        check("Mi pedido no ha llegado todavía y no sé por qué", "es");
        check("Jag har inte fått paketet", "sv");
    }

    #[test]
    fn scripts_decide_on_their_own() {
        check("商品が届きません", "ja");
        check("我要退款", "zh");
        check("배송이 늦어요", "ko");
        check("أين طلبي؟", "ar");
        check("Где мой заказ?", "ru");
        check("Коли буде доставка і чек?", "uk");
    }

    #[test]
    fn without_evidence_it_is_english() {
        check("", "en");
        check("A-1042 ?!", "en");
    }
}
