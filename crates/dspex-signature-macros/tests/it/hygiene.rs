//! The code of the macros stands in places where usual names mean something else.

#![expect(nonstandard_style, dead_code, reason = "that is the test")]

/// Every name that the generated code might be tempted to use is taken.
mod shadowed {
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct Value;
    pub(super) struct Fields;
    pub(super) struct Field;
    pub(super) struct Record;
    pub(super) struct FieldType;
    pub(super) struct TypedSignature;
    pub(super) enum Option {}
    pub(super) enum Result {}
    pub(super) struct str;
    pub(super) struct bool;
    pub(super) fn Ok() {}
    pub(super) fn Some() {}
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod dspex_signature {}
    pub(super) const fields: u8 = 0;
    pub(super) const value: u8 = 0;
    pub(super) const members: u8 = 0;

    /// Say.
    #[derive(::dspex_signature_macros::Signature)]
    #[signature(output = Output)]
    pub(super) struct Input {
        pub(super) r#match: ::std::string::String,
        #[field(default = 1, ge = 0)]
        pub(super) members: u8,
    }

    #[derive(::dspex_signature_macros::FieldType)]
    pub(super) struct Output {
        #[field(min_length = 0, default = "none")]
        pub(super) value: ::std::string::String,
        pub(super) choice: r#Choice,
    }

    #[derive(::dspex_signature_macros::FieldType)]
    pub(super) enum r#Choice {
        Ok,
        Some,
        None,
    }

    #[derive(::dspex_signature_macros::FieldType)]
    #[field(tag = "method")]
    pub(super) enum Pay {
        Card {
            #[field(text, alias = "number")]
            value: ::std::net::IpAddr,
            kind: u8,
        },
        Cash,
    }

    /// Act.
    #[::dspex_signature_macros::tool]
    pub(super) async fn act(
        state: &u8,
        #[field(ge = 1)] one: u8,
        #[field(default)] other: u8,
    ) -> u8 {
        *state + one + other
    }
}

/// No prelude at all.
#[no_implicit_prelude]
mod bare {
    #[derive(::dspex_signature_macros::Signature)]
    #[signature(output = Output)]
    pub(super) struct Input {
        #[field(default = "x", desc = "d")]
        pub(super) text: ::std::string::String,
    }

    #[derive(::dspex_signature_macros::FieldType)]
    pub(super) struct Output {
        #[field(default, le = 1)]
        pub(super) score: f64,
    }

    #[derive(::dspex_signature_macros::FieldType)]
    pub(super) enum Pay {
        Card {
            #[field(text, alias = "number")]
            value: ::std::net::IpAddr,
            kind: u8,
        },
        Cash,
    }

    /// Act.
    #[::dspex_signature_macros::tool]
    pub(super) async fn act(
        state: &u8,
        #[field(ge = 1)] one: u8,
        #[field(default)] other: u8,
    ) -> u8 {
        *state + one + other
    }
}

/// Inside a function, with the crate under another name.
#[test]
fn items_in_functions_and_chosen_paths_work() {
    mod elsewhere {
        pub(super) use ::dspex_signature as words;
    }

    #[derive(dspex_signature_macros::Signature)]
    #[signature(output = Out)]
    #[dspex(crate = elsewhere::words)]
    struct In {
        text: String,
    }

    #[derive(dspex_signature_macros::FieldType)]
    #[dspex(crate = elsewhere::words)]
    struct Out {
        label: Option<String>,
    }

    use dspex_signature::{FieldType, TypedSignature};
    use std::sync::Arc;
    assert_eq!(In::signature().inputs()[0].name, "text");
    assert_eq!(shadowed::Input::signature().inputs()[0].name, "match");
    assert_eq!(shadowed::Input::signature().outputs()[1].name, "choice");
    assert_eq!(bare::Input::signature().outputs()[0].name, "score");
    let (one, other) = (shadowed::Pay::field_type(), bare::Pay::field_type());
    assert_eq!(
        (one.to_string(), other.to_string()),
        ("Union[Card, Cash]".into(), "Union[Card, Cash]".into())
    );
    let tools = [shadowed::act::tool(Arc::new(1)), bare::act::tool(Arc::new(1))];
    assert_eq!(tools.each_ref().map(|tool| tool.args().map_or(0, <[_]>::len)), [2, 2]);
}
