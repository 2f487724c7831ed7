use dspex_signature_macros::tool;

#[tool]
fn search(_text: String, r#in: String, #[field(rename = "max results")] n_results: u32) -> String {
    format!("{_text}{in}{n_results}", in = r#in)
}

fn main() {}
