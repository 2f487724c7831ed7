use dspex_signature_macros::tool;

#[tool(name = 1)]
fn find_order(number: String) -> String {
    number
}

#[tool(name)]
fn cancel_order(number: String) -> String {
    number
}

#[tool(name = "track order")]
fn track_order(number: String) -> String {
    number
}

fn main() {}
