//! Languages by their codes of ISO 639: two letters where there are any, or three.

use whatlang::Lang;

/// Two letters, and the three that whatlang knows the language by. `zh`, `no`, `fa` and `sr` are
/// the codes that people write; whatlang tells Mandarin, Bokmål and Western Persian.
const TWO_LETTERS: &str = "\
    af:afr ak:aka am:amh ar:ara az:aze be:bel bg:bul bn:ben ca:cat cs:ces cy:cym da:dan de:deu \
    el:ell en:eng eo:epo es:spa et:est fa:pes fi:fin fr:fra gu:guj he:heb hi:hin hr:hrv hu:hun \
    hy:hye id:ind it:ita ja:jpn jv:jav ka:kat km:khm kn:kan ko:kor la:lat lt:lit lv:lav mk:mkd \
    ml:mal mr:mar my:mya nb:nob ne:nep nl:nld no:nob or:ori pa:pan pl:pol pt:por ro:ron ru:rus \
    si:sin sk:slk sl:slv sn:sna sr:srp sv:swe ta:tam te:tel th:tha tk:tuk tl:tgl tr:tur uk:ukr \
    ur:urd uz:uzb vi:vie yi:yid zh:cmn zu:zul";

/// The language of a code: `de` or `deu`.
pub(super) fn find(code: &str) -> Option<Lang> {
    let code = code.to_ascii_lowercase();
    let mut rows = TWO_LETTERS.split(' ').filter_map(|row| row.split_once(':'));
    let three = rows.find(|(two, _)| *two == code).map_or(code.as_str(), |(_, three)| three);
    Lang::from_code(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_two_letters() {
        let rows: Vec<&str> = TWO_LETTERS.split(' ').collect();
        for row in &rows {
            assert!(find(&row[..2]).is_some_and(|found| found.code() == &row[3..]), "{row}");
        }
        for language in Lang::all() {
            assert_eq!(find(language.code()), Some(*language));
            let n_rows = rows.iter().filter(|row| row.ends_with(language.code())).count();
            assert!(n_rows >= 1, "{language:?}");
        }
        assert_eq!(find("xx"), None);
    }
}
