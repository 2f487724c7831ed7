//! International bank account numbers, ISO 13616.

use std::ops::Range;

use super::digits::is_gap;
use super::{Kind, Search};

pub(super) const KIND: Kind = Kind { name: "iban", words: "an account number", find };

/// How long the numbers of a country are, from the IBAN registry of SWIFT.
const LENGTHS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 \
    DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 \
    IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 \
    MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 \
    SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

fn find(search: &Search<'_>) -> Vec<Range<usize>> {
    let bytes = search.text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in 0..bytes.len().saturating_sub(4) {
        let head = &bytes[start..start + 4];
        let begins = head[..2].iter().all(u8::is_ascii_alphabetic)
            && head[2..].iter().all(u8::is_ascii_digit);
        let is_whole = start == 0 || !bytes[start - 1].is_ascii_alphanumeric();
        let is_apart = found.last().is_none_or(|last| last.end <= start);
        if begins && is_whole && is_apart {
            found.extend(number(search.text, start).map(|end| start..end));
        }
    }
    found
}

/// Where the number that begins here ends.
fn number(text: &str, start: usize) -> Option<usize> {
    let country = text[start..start + 2].to_ascii_uppercase();
    let row = LENGTHS.split(' ').find(|row| row.starts_with(&country))?;
    let length: usize = row[2..].parse().ok()?;
    let mut characters = Vec::with_capacity(length);
    let mut follows_gap = false;
    let mut rest = text[start..].char_indices();
    while characters.len() < length {
        let (_, char) = rest.next()?;
        match u8::try_from(char) {
            Ok(byte) if byte.is_ascii_alphanumeric() => characters.push(byte.to_ascii_uppercase()),
            _ if is_gap(char) && !follows_gap => {}
            _ => return None,
        }
        follows_gap = is_gap(char);
    }
    let end = start + rest.offset();
    let is_whole = !text[end..].starts_with(|char: char| char.is_ascii_alphanumeric());
    (is_whole && remainder(&characters) == 1).then_some(end)
}

/// What remains by 97 when the first four characters stand last and letters are 10 to 35.
fn remainder(characters: &[u8]) -> u32 {
    let (head, tail) = characters.split_at(4);
    tail.iter().chain(head).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}
