//! What an editor offers of the macros' code: rust-analyzer is asked where it is installed.
//!
//! Elsewhere the tests in `src` stand alone: a derive adds no name that a user could meet, and what
//! `#[tool]` adds has a place in the source and a doc.

mod server;

use std::fs;
use std::path::{Path, PathBuf};

use server::Server;

/// What an editor has open; `$` and a digit mark the places that are asked for.
const SOURCE: &str = r#"//! A program that someone is writing.

use dspex_signature::{Record, TypedSignature, fields};
use dspex_signature_macros::{FieldType, Signature, signature, tool};

/// Sort the ticket.
#[derive(Signature)]
#[signature(output = Sorted)]
struct Sort {
    text: String,
}

#[derive(FieldType)]
struct Sorted {
    /// 1 can wait, 5 cannot
    #[field(ge = 1, le = 5)]
    urgency: u8,
}

/// Find an order by its number.
#[tool]
fn find_order(number: String) -> String {
    number
}

fn main() {
    let _ = Sort::signature().$1;
    let sorted = Sorted::from_fields(&fields! {}).unwrap();
    let _ = sorted.$2;
    let _ = find_order::$3;
    let _ = signature!("question -> answer").$4;
    let made = <Sort as TypedSignature>::Output::from_fields(&fields! {}).unwrap();
    let _ = made.$5;
    let _ = Sorted::$6;
    let _ = find_order::to$7ol();
}
"#;

/// The text without its marks, and the line and column of each mark in order.
fn marked(source: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut places) = (String::new(), Vec::new());
    for (line, content) in source.lines().enumerate() {
        let mut kept = content.to_owned();
        if let Some(column) = content.find('$') {
            kept.replace_range(column..column + 2, "");
            places.push((line, column));
        }
        text += &kept;
        text.push('\n');
    }
    (text, places)
}

/// A package that uses the macros as a user's does, with the versions of this workspace.
fn package(text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ide");
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates have a folder");
    let path_of = |name: &str| format!("{name} = {{ path = {:?} }}\n", crates.join(name));
    let manifest = format!(
        "[package]\nname = \"ide\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}{}",
        path_of("dspex-signature"),
        path_of("dspex-signature-macros"),
    );
    fs::create_dir_all(folder.join("src")).expect("a folder can be made");
    fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
    fs::write(folder.join("src/main.rs"), text).expect("it can be written");
    fs::copy(crates.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("it can be copied");
    folder
}

#[test]
#[expect(clippy::print_stderr, reason = "nothing is left out in silence")]
fn an_editor_completes_what_the_macros_make() {
    let (text, places) = marked(SOURCE);
    let folder = package(&text);
    let mut server = match Server::start(&folder) {
        Ok(server) => server,
        Err(missing) => {
            eprintln!("NOT TESTED: {missing}\nhint: `rustup component add rust-analyzer rust-src`");
            return;
        }
    };
    let file = folder.join("src/main.rs");
    server.open(&file, &text);
    let offers = [
        (0, "outputs", "The output fields, in order"),
        (1, "urgency", "1 can wait, 5 cannot"),
        (2, "tool", "The tool."),
        (3, "outputs", "The output fields, in order"),
        (4, "urgency", "1 can wait, 5 cannot"),
        (5, "fields_of", "The fields as a signature lists them"),
    ];
    for (place, name, doc) in offers {
        let offered = server.complete(&file, places[place], name);
        assert!(offered.contains(doc), "`{name}` is offered with the doc {offered:?}");
    }
    // From a tool, an editor jumps to the function that it is made of.
    assert_eq!(server.definition(&file, places[6]), 21, "the line of the definition");
}
