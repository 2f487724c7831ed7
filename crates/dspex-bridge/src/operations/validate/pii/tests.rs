//! What is found in texts, where, and what is left alone.

use dspex_signature::fields;

use super::{Pii, Rule};
use crate::operations::Validator;
use crate::operations::validate::tests::{fault, told};

/// The kinds and texts that are found.
fn found<'t>(pii: &Pii, text: &'t str) -> Vec<(&'static str, &'t str)> {
    let spans = pii.find(text);
    for span in &spans {
        let chars: String = text.chars().skip(span.chars.start).take(span.chars.len()).collect();
        assert_eq!(chars, text[span.bytes.clone()]);
    }
    spans.into_iter().map(|span| (span.kind, &text[span.bytes])).collect()
}

#[track_caller]
fn check(text: &str, expected: &[(&str, &str)]) {
    assert_eq!(found(&Pii::new(), text), expected, "{text}");
}

#[test]
fn mail_addresses_are_found_among_other_text() {
    check(
        "Ada (ada@example.org), bob.b+x@mail.example.co.uk.",
        &[("email", "ada@example.org"), ("email", "bob.b+x@mail.example.co.uk")],
    );
    check("<mailto:'ada@example.org'>", &[("email", "ada@example.org")]);
    check("ädä@exämple.org…und", &[("email", "ädä@exämple.org")]);
    check("x@y@example.org", &[("email", "y@example.org")]);
    check(
        "ada@example.org..bob@example.org",
        &[("email", "ada@example.org"), ("email", "bob@example.org")],
    );
    check("@ada, a @ b.org, ada@localhost, @@@@, react@18.2.0", &[]);
}

#[test]
fn account_numbers_are_found_by_country_and_check_digits() {
    // The registry's own examples.
    for iban in [
        "DE89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO93 8601 1117 947",
        "MT84MALT011000012345MTLCAST001S",
        "nl91abna0417164300",
        "CH93-0076-2011-6238-5295-7",
        "SA03 8000 0000 6080 1016 7519",
    ] {
        check(&format!("pay to {iban}, please"), &[("iban", iban)]);
    }
    check("DE88370400440532013000 DE8937040044053201300 XX89370400440532013000", &[]);
    check("DE893704004405320130001", &[]);
}

#[test]
fn card_numbers_are_found_in_longer_runs_of_digits() {
    check("card 4111 1111 1111 1111 exp 12 28", &[("credit_card", "4111 1111 1111 1111")]);
    check("4111-1111-1111-1111", &[("credit_card", "4111-1111-1111-1111")]);
    check("no. 1234 4111111111111111", &[("credit_card", "4111111111111111")]);
    check(
        "3782 822463 10005, 5555555555554444!",
        &[("credit_card", "3782 822463 10005"), ("credit_card", "5555555555554444")],
    );
    check("4111 1111 1111 1112, 1111111111111117, 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", &[]);
}

#[test]
fn social_security_numbers_are_found_where_they_may_have_been_given() {
    check(
        "SSN 123-45-6789 or 123 45 6789",
        &[("us_ssn", "123-45-6789"), ("us_ssn", "123 45 6789")],
    );
    check(
        "000-45-6789 666-45-6789 912-45-6789 123-00-6789 123-45-0000 123456789 1234-45-6789",
        &[],
    );
}

#[test]
fn ip_addresses_of_both_versions_are_found() {
    check(
        "from 192.0.2.7:8080 (or 192.0.2.7.)",
        &[("ip_address", "192.0.2.7"), ("ip_address", "192.0.2.7")],
    );
    check(
        "[2001:db8::1]:443, fe80::1%eth0, ::ffff:192.0.2.1.",
        &[
            ("ip_address", "2001:db8::1"),
            ("ip_address", "fe80::1"),
            ("ip_address", "::ffff:192.0.2.1"),
        ],
    );
    check(
        "IP:192.0.2.7, host:192.0.2.8:8080 192.0.2.9:http dst:2001:db8::1",
        &[
            ("ip_address", "192.0.2.7"),
            ("ip_address", "192.0.2.8"),
            ("ip_address", "192.0.2.9"),
            ("ip_address", "2001:db8::1"),
        ],
    );
    check(
        "v1.2.3.4 256.1.1.1 1.2.3 10:30:00 std::fs dead::beef ns::1f::x v1.2.3.4:80 1.2.3.4x:80 00:1b:44:11:3a:b7 :: 1.2.3.4.5",
        &[],
    );
}

#[test]
fn numbers_are_found_between_spaces_and_hyphens_that_do_not_break() {
    for gap in ['\u{a0}', '\u{202f}', '\u{2009}', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}'] {
        let spaced = |number: &str| number.replace(' ', &gap.to_string());
        for (kind, number) in [
            ("credit_card", "4111 1111 1111 1111"),
            ("us_ssn", "123 45 6789"),
            ("iban", "DE89 3704 0044 0532 0130 00"),
            ("phone", "+44 20 8366 1177"),
        ] {
            let number = spaced(number);
            check(&format!("‘{number}’."), &[(kind, &number)]);
        }
    }
}

#[test]
fn telephone_numbers_are_found_with_their_country_or_region() {
    check(
        "Call +44 20 8366 1177. 12 of us, or +1 (650) 253-0000",
        &[("phone", "+44 20 8366 1177"), ("phone", "+1 (650) 253-0000")],
    );
    check("020 8366 1177, +1 000 000 0000, 1+2345678", &[]);
    let british = Pii { region: Some(phonenumber::country::GB), ..Pii::new() };
    let national =
        found(&british, "Call 020 8366 1177 or (020) 8366 1177, order 12345678901234567");
    assert_eq!(national, [("phone", "020 8366 1177"), ("phone", "(020) 8366 1177")]);
}

#[test]
fn a_violation_tells_kind_and_place_and_not_the_text() {
    let text = "Für Ada: ada@example.org, 123-45-6789";
    let expected = "the value has a mail address at characters 9..24; \
                    the value has a social security number at characters 26..37";
    assert_eq!(told("pii", &fields! {}, text), expected);
    assert_eq!(told("pii", &fields! { "kinds" => "us_ssn" }, "ada@example.org"), "");
    let violations = Validator::named("pii").unwrap().check(&text.into()).unwrap_err();
    let first = violations.iter().next().unwrap();
    assert_eq!((first.rule.as_str(), first.at.clone()), ("pii.email", Some(9..24)));
    assert!(!format!("{violations:?}").contains("ada@"));
    let expected = "option `kinds` of validator `pii` should be of `email`, `iban`, `credit_card`, \
                    `us_ssn`, `ip_address`, `phone`";
    assert!(fault("pii", &fields! { "kinds" => ["name"] }).starts_with(expected));
    let none: [&str; 0] = [];
    assert!(fault("pii", &fields! { "kinds" => none }).contains("names none"));
}

#[test]
fn texts_of_a_stranger_take_no_time() {
    let british = Pii { region: Some(phonenumber::country::GB), ..Pii::new() };
    for piece in [
        "@",
        "a@",
        "a.",
        "@a.a",
        "a@b.c ",
        "1",
        "1 ",
        "111 ",
        "4111 ",
        "+1234567 ",
        "+",
        "1.2.3.4:",
        ":",
        "::1",
        "DE89",
        "DE89 ",
        "123-45-",
        "(020) ",
        "ä@ä.ä",
        "…",
    ] {
        let text = piece.repeat((1 << 17) / piece.len());
        let begun = std::time::Instant::now();
        let n_found = british.find(&text).len();
        let took = begun.elapsed();
        assert!(took.as_secs() < 20, "{piece:?}, {n_found} times, took {took:?}");
    }
    // After many look-ups, what looks like a number counts as one.
    let text = "+1234567 ".repeat(3000);
    assert_eq!(Pii::new().find(&text).len(), 1000);
    let mut found = crate::operations::validate::Found::new();
    Pii::new().check(&"a".repeat((1 << 20) + 1).into(), &mut found);
    assert!(found.into_result().unwrap_err().to_string().contains("more than 1048576"));
}

proptest::proptest! {
    #[test]
    fn every_span_is_a_part_of_the_text(text in "[a-z0-9@.:+ äDE89()-]{0,80}") {
        let british = Pii { region: Some(phonenumber::country::GB), ..Pii::new() };
        found(&british, &text);
    }
}
