use dspex_signature_macros::tool;

struct NotFound;

#[tool]
fn find_order(number: String) -> Result<String, NotFound> {
    if number.is_empty() { Err(NotFound) } else { Ok(number) }
}

fn main() {}
