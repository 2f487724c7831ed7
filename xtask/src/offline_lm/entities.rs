//! Things a message names: order numbers, amounts of money, addresses.

use super::text::plain;

/// An amount of money as written in a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Money {
    /// In units of the currency, not in cents.
    pub(crate) amount: f64,
    /// The ISO 4217 code.
    pub(crate) currency: &'static str,
}

/// Order numbers such as `A-1042`, each once, in order: one to three capitals, a hyphen, three digits or more.
pub(crate) fn order_numbers(text: &str) -> Vec<String> {
    let characters: Vec<char> = plain(text).chars().collect();
    let mut found: Vec<String> = Vec::new();
    for hyphen in (0..characters.len()).filter(|&position| characters[position] == '-') {
        let start = (0..hyphen)
            .rev()
            .take_while(|&position| characters[position].is_ascii_uppercase())
            .last();
        let n_digits = characters[hyphen + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let (Some(start), end) = (start, hyphen + 1 + n_digits) else { continue };
        let stands_alone = (start == 0 || !is_word(characters[start - 1]))
            && characters.get(end).is_none_or(|&next| !next.is_ascii_alphanumeric());
        let number: String = characters[start..end].iter().collect();
        if stands_alone && hyphen - start <= 3 && n_digits >= 3 && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

/// Amounts with a currency beside them, in order.
pub(crate) fn amounts(text: &str) -> Vec<Money> {
    let characters: Vec<char> = plain(text).chars().collect();
    let mut found = Vec::new();
    let mut position = 0;
    while position < characters.len() {
        if !characters[position].is_ascii_digit() {
            position += 1;
            continue;
        }
        let end = number_end(&characters, position);
        let before: String = characters[position.saturating_sub(3)..position].iter().collect();
        let after: String = characters[end..].iter().take(8).collect();
        if let Some(currency) =
            currency_before(before.trim_end()).or_else(|| currency_after(after.trim_start()))
        {
            let digits: String = characters[position..end].iter().collect();
            found.extend(parse_number(&digits).map(|amount| Money { amount, currency }));
        }
        position = end.max(position + 1);
    }
    found
}

/// Mail addresses, in order.
pub(crate) fn mail_addresses(text: &str) -> Vec<String> {
    plain(text)
        .split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| {
            word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        })
        .map(str::to_owned)
        .collect()
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

/// Where the number that starts here ends: digits, and `.`, `,` or a space between groups of digits.
fn number_end(characters: &[char], start: usize) -> usize {
    let digits_from = |from: usize| {
        characters[from.min(characters.len())..].iter().take_while(|c| c.is_ascii_digit()).count()
    };
    let mut end = start + digits_from(start);
    while let Some(separator) = characters.get(end) {
        let n_digits = digits_from(end + 1);
        let goes_on = match separator {
            '.' | ',' => n_digits > 0,
            ' ' => n_digits == 3 && end - start <= 3,
            _ => false,
        };
        if !goes_on {
            break;
        }
        end += 1 + n_digits;
    }
    end
}

/// One or two digits after the last separator are cents; all other separators group thousands.
fn parse_number(digits: &str) -> Option<f64> {
    let (whole, cents) = match digits.rfind(['.', ',']) {
        Some(position) if digits.len() - position <= 3 => {
            (&digits[..position], &digits[position + 1..])
        }
        _ => (digits, ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    format!("{whole}.{cents}0").parse().ok()
}

fn currency_before(before: &str) -> Option<&'static str> {
    let marks = [
        ("R$", "BRL"),
        ("US$", "USD"),
        ("$", "USD"),
        ("€", "EUR"),
        ("£", "GBP"),
        ("¥", "JPY"),
        ("₺", "TRY"),
        ("₩", "KRW"),
    ];
    marks.iter().find(|(mark, _)| before.ends_with(mark)).map(|(_, code)| *code)
}

fn currency_after(after: &str) -> Option<&'static str> {
    let after = after.to_lowercase();
    let marks = [
        ("€", "EUR"),
        ("eur", "EUR"),
        ("ευρ", "EUR"),
        ("$", "USD"),
        ("usd", "USD"),
        ("dollar", "USD"),
        ("£", "GBP"),
        ("gbp", "GBP"),
        ("zł", "PLN"),
        ("pln", "PLN"),
        ("tl", "TRY"),
        ("₺", "TRY"),
        ("円", "JPY"),
        ("jpy", "JPY"),
        ("元", "CNY"),
        ("cny", "CNY"),
        ("원", "KRW"),
        ("руб", "RUB"),
        ("₽", "RUB"),
        ("грн", "UAH"),
        ("ريال", "SAR"),
        ("درهم", "AED"),
        ("kr", "SEK"),
        ("kč", "CZK"),
    ];
    marks.iter().find(|(mark, _)| after.starts_with(mark)).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::{amounts, mail_addresses, order_numbers};

    #[track_caller]
    fn check_amount(text: &str, expected: &[(f64, &str)]) {
        let found: Vec<(f64, &str)> =
            amounts(text).into_iter().map(|money| (money.amount, money.currency)).collect();
        assert_eq!(found, expected, "amounts in {text:?}");
    }

    #[test]
    fn amounts_are_read_in_the_habits_of_many_countries() {
        check_amount("Es geht um 89,90 €.", &[(89.9, "EUR")]);
        check_amount("£31.50 instead of £45.00", &[(31.5, "GBP"), (45.0, "GBP")]);
        check_amount(
            "1.250 TL, 4 990 рублей, $1,299.00",
            &[(1250.0, "TRY"), (4990.0, "RUB"), (1299.0, "USD")],
        );
        check_amount("R$ 89,90 and 12,800円", &[(89.9, "BRL"), (12800.0, "JPY")]);
        check_amount("version 5.2.1 on 3 phones, 23%", &[]);
    }

    #[track_caller]
    fn check_orders(text: &str, expected: &[&str]) {
        assert_eq!(order_numbers(text), expected, "orders in {text:?}");
    }

    #[test]
    fn order_numbers_stand_alone() {
        check_orders("A-1042, again A-1042 (and BX-77123).", &["A-1042", "BX-77123"]);
        check_orders("订单A-1250显示", &["A-1250"]);
        check_orders("\u{ff21}\u{2010}\u{ff11}\u{ff14}\u{ff13}\u{ff11}", &["A-1431"]);
        check_orders("UTF-8, 2024-8831, ABCD-1234, A-12", &[]);
    }

    #[test]
    fn mail_addresses_lose_their_punctuation() {
        assert_eq!(mail_addresses("Write to <g.ricci@example.it>."), ["g.ricci@example.it"]);
    }
}
