use dspex_signature_macros::FieldType;

#[derive(FieldType)]
struct Folder {
    parent: Folder,
}

fn main() {}
