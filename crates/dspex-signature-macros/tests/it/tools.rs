//! What `#[tool]` makes of functions.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dspex_signature::{Fields, Observation, Tool, Value, fields};
use dspex_signature_macros::{FieldType, tool};

struct Shop {
    city: String,
}

#[derive(FieldType)]
enum Speed {
    Fast,
    Slow,
}

/// Price of a parcel.
///
/// In pounds.
#[tool]
async fn postage(
    shop: &Shop,
    /** in grams */
    #[field(gt = 0)]
    weight: u32,
    #[field(default = Speed::Slow)] speed: Speed,
    note: Option<String>,
) -> Result<f64, String> {
    std::future::ready(()).await;
    match speed {
        Speed::Fast => Err(format!("nothing is fast in {}", shop.city)),
        Speed::Slow => Ok(f64::from(weight) / 100.0 + note.map_or(0.0, |_| 0.5)),
    }
}

#[tool(name = "now")]
fn clock() -> String {
    "noon".to_owned()
}

#[tool]
pub(crate) fn r#move(mut steps: i64) {
    steps += 1;
    let _ = steps;
}

/// The answer of a tool that waits for nothing.
fn call(tool: &Tool, arguments: Fields) -> Observation {
    match pin!(tool.call(arguments)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("`{}` waits", tool.name()),
    }
}

#[track_caller]
fn fails(tool: &Tool, arguments: Fields, expected: &str) {
    let error = call(tool, arguments).expect_err("the tool should fail");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_tool_says_what_the_function_says() {
    let tool = postage::tool(Arc::new(Shop { city: "Leeds".to_owned() }));
    assert_eq!((tool.name(), tool.desc()), ("postage", "Price of a parcel.\n\nIn pounds."));
    let args = tool.args().unwrap();
    let types: Vec<_> = args.iter().map(|arg| format!("{}: {}", arg.name, arg.ty)).collect();
    assert_eq!(types, ["weight: int", "speed: Speed", "note: Optional[str]"]);
    assert_eq!(args[0].desc.as_deref(), Some("in grams"));
    assert_eq!(args[1].default, Some("Slow".into()));
    assert_eq!((clock::tool().name(), clock::tool().desc()), ("now", ""));
    assert_eq!(r#move::tool().name(), "move");
}

#[test]
fn arguments_are_read_as_pydantic_reads_them() {
    let tool = postage::tool(Arc::new(Shop { city: "Leeds".to_owned() }));
    assert_eq!(call(&tool, fields! { "weight" => "250" }), Ok(2.5.into()));
    assert_eq!(call(&tool, fields! { "weight" => 50, "note" => "fragile" }), Ok(1.0.into()));
    fails(&tool, fields! { "weight" => 50, "speed" => "Fast" }, "nothing is fast in Leeds");
    fails(&tool, fields! { "weight" => "heavy" }, "`weight` should be `int`, found `str`");
    fails(&tool, fields! { "weight" => 0 }, "`weight` should be `> 0`, found `not more`");
    fails(&tool, fields! {}, "`weight` should be `int`, found `no such field`");
    fails(&tool, fields! { "weigth" => 1 }, "`postage` takes no `weigth`; did you mean `weight`?");
    assert_eq!(call(&clock::tool(), fields! {}), Ok("noon".into()));
    assert_eq!(call(&r#move::tool(), fields! { "steps" => 1 }), Ok(Value::Null));
}

#[test]
fn the_function_can_still_be_called() {
    assert_eq!(clock(), "noon");
    r#move(1);
}

#[test]
fn a_python_function_is_known_by_its_path() {
    let tool = Tool::python("shop_tools.search_manual");
    assert_eq!((tool.name(), tool.args().is_none()), ("search_manual", true));
    let expected = "`shop_tools.search_manual` is a Python function; Rust cannot call it";
    fails(&tool, fields! {}, expected);
}
