//! A native `ReAct` with functions of Python among its tools.

use std::sync::Arc;

use dspex_bridge::llm::{Models, ScriptedModel};
use dspex_bridge::python::PoolConfig;
use dspex_bridge::{
    CallErrorKind, Capability, Engine, ModuleKind, ModuleSpec, NativeEngine, Outcome,
};
use dspex_signature::{Field, Signature, Tool, ToolError, Type, Value, fields};

use super::{Workers, user_modules};

fn call(tool: &str, arguments: &str) -> String {
    format!(
        "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
         [[ ## next_tool_args ## ]]\n{arguments}\n\n[[ ## completed ## ]]"
    )
}

fn react(tools: Vec<Tool>) -> Arc<ModuleSpec> {
    let signature = Arc::new(Signature::parse("question -> answer").unwrap());
    let mut module = ModuleSpec::new(ModuleKind::React, signature);
    module.tools = tools;
    Arc::new(module)
}

#[tokio::test]
async fn functions_of_python_and_of_rust_are_tools_of_one_module() {
    let model = ScriptedModel::new()
        .text(call("weigh", r#"{"grams": 20}"#))
        .text(call("weigh", r#"{"grams": 0}"#))
        .text(call("weigh", r#"{"grams": "20"}"#))
        .text(call("now", "{}"))
        .text(call("finish", "{}"))
        .otherwise("[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\n20 g\n\n[[ ## completed ## ]]");
    let workers =
        Workers::with_python(user_modules(), PoolConfig::workers(1..=1), ScriptedModel::new());
    let models = Models::new().with("default", Arc::new(model.clone()));
    let engine = NativeEngine::new(models, None).with_tools(workers.engine.clone());
    let now = Tool::from_fields("now", "", vec![], |_| Box::pin(async { Ok("noon".into()) }));
    let module = react(vec![Tool::python("golden_modules.weigh"), now]);
    let prepared = engine.prepare(&module).unwrap();
    let delegates = Capability::Delegates("the tool `golden_modules.weigh`".into());
    assert_eq!(prepared.capability(), delegates);

    let inputs = fields! { "question" => "How heavy?" };
    let outcome = prepared.run(&inputs, &workers.context).await.unwrap();
    let steps = outcome["trajectory"].as_map().unwrap();
    let seen = |number: usize| steps[format!("observation_{number}").as_str()].to_string();
    assert_eq!((seen(0), seen(3)), ("20 g".to_owned(), "noon".to_owned()));
    let failed = seen(1);
    assert!(failed.starts_with("Execution error in weigh: \nTraceback (most recent"), "{failed}");
    assert!(failed.ends_with("\nValueError: a parcel weighs something"), "{failed}");
    let invalid = "ValueError: Arg grams is invalid: '20' is not of type 'integer'";
    assert!(seen(2).ends_with(invalid), "{}", seen(2));
    let told = model.requests()[0].messages[0].text().into_owned();
    assert!(
        told.contains(
            "(1) weigh, whose description is <desc>Weighs a parcel.</desc>. It takes arguments \
             {'grams': {'type': 'integer'}, 'unit': {'type': 'string', 'default': 'g'}}.\n        \
             (2) now. It takes arguments {}.\n        (3) finish,"
        ),
        "{told}"
    );
}

/// Outputs and requests of one call, by an engine with this script of a model.
async fn ran(of_python: bool, tools: Vec<Tool>, script: &[String]) -> (Outcome, Vec<String>) {
    let model = script.iter().fold(ScriptedModel::new(), ScriptedModel::text);
    let workers = Workers::with_python(user_modules(), PoolConfig::workers(1..=1), model.clone());
    let models = Models::new().with("default", Arc::new(model.clone()));
    let native = NativeEngine::new(models, None).with_tools(workers.engine.clone());
    let engine: &dyn Engine = if of_python { &*workers.engine } else { &native };
    let prepared = engine.prepare(&react(tools)).unwrap();
    let inputs = fields! { "question" => "How heavy?" };
    let outcome = prepared.run(&inputs, &workers.context).await.unwrap();
    let requests = model.requests();
    (outcome, requests.iter().map(|request| format!("{request:?}")).collect())
}

#[tokio::test]
async fn dspys_react_calls_tools_of_rust_as_the_native_one_does() {
    let grams = Field::new("grams", Type::Int).with_desc("at least 1");
    let post = Tool::from_fields("post", "Sends\na parcel.", vec![grams], |arguments| {
        Box::pin(async move {
            match arguments["grams"].as_int().unwrap_or_default() {
                0 => Err(ToolError::new("a parcel weighs something")),
                grams => Ok(fields! { "grams" => grams, "in" => vec!["box"] }.into()),
            }
        })
    });
    let schemas = fields! { "q" => fields! { "type" => "string", "minLength" => 1 } };
    let search = Tool::from_schemas("search", "", schemas, |_| {
        Box::pin(async { Ok(vec!["a", "b"].into()) })
    });
    let tools = || vec![post.clone(), Tool::python("golden_modules.weigh"), search.clone()];
    let script = [
        call("post", r#"{"grams": "20"}"#),
        call("post", r#"{"grams": 0}"#),
        call("post", r#"{"gram": 1}"#),
        call("post", r#"{"grams": "much"}"#),
        call("search", r#"{"q": ""}"#),
        call("search", r#"{"q": "x"}"#),
        call("weigh", r#"{"grams": 7}"#),
        call("finish", "{}"),
        "[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\n20 g\n\n[[ ## completed ## ]]".to_owned(),
    ];
    let (native, asked) = ran(false, tools(), &script).await;
    let (python, python_asked) = ran(true, tools(), &script).await;
    assert_eq!(asked.len(), script.len());
    assert_eq!(python_asked, asked);
    assert_eq!(*python, *native);
    let failed = native["trajectory"].as_map().unwrap()["observation_1"].to_string();
    assert_eq!(failed, "Execution error in post: \na parcel weighs something");
}

#[tokio::test]
async fn a_module_of_the_user_calls_tools_of_rust_and_is_raised_what_they_fail_with() {
    let half = Tool::from_fields("half", "", vec![Field::new("n", Type::Int)], |arguments| {
        Box::pin(async move {
            match arguments["n"].as_int() {
                Some(n) if n % 2 == 0 => Ok((n / 2).into()),
                _ => Err(ToolError::new("it is odd")),
            }
        })
    });
    let kind = ModuleKind::Python("golden_modules.Calls".to_owned());
    let mut module = ModuleSpec::new(kind, Arc::new(Signature::parse("->").unwrap()));
    module.tools = vec![half];
    let workers =
        Workers::with_python(user_modules(), PoolConfig::workers(1..=1), ScriptedModel::new());
    let prepared = workers.engine.prepare(&Arc::new(module)).unwrap();
    let run = async |n: i64| prepared.run(&fields! { "n" => n }, &workers.context).await;
    assert_eq!(*run(8).await.unwrap(), fields! { "name" => "half", "said" => 4 });
    let error = run(7).await.unwrap_err();
    let CallErrorKind::Python(raised) = error.kind() else { panic!("{error}") };
    assert_eq!(raised.type_name, "dspex_worker.tools.ToolFailedError");
    assert_eq!(raised.message, "it is odd");
}

#[tokio::test]
async fn a_tool_of_rust_that_cannot_be_told_is_refused_beside_one_of_python() {
    let workers =
        Workers::with_python(user_modules(), PoolConfig::workers(1..=1), ScriptedModel::new());
    let models = Models::new().with("default", Arc::new(ScriptedModel::new()));
    let engine = NativeEngine::new(models, None).with_tools(workers.engine.clone());
    let tool = Field::new("tool", Type::parse("dspy.Tool").unwrap());
    let walk = Tool::from_fields("walk", "", vec![tool], |_| Box::pin(async { Ok(Value::Null) }));
    let module = react(vec![Tool::python("golden_modules.weigh"), walk]);
    let refused = engine.prepare(&module).err().unwrap();
    assert_eq!(refused.to_string(), "the class `dspy.Tool` has no native JSON schema");
    assert_eq!(workers.stats().started, 0);
}

#[tokio::test]
async fn a_function_that_is_not_there_is_named() {
    let workers =
        Workers::with_python(user_modules(), PoolConfig::workers(1..=1), ScriptedModel::new());
    let models = Models::new().with("default", Arc::new(ScriptedModel::new()));
    let engine = NativeEngine::new(models, None).with_tools(workers.engine.clone());
    let inputs = fields! { "question" => "How heavy?" };
    let run = async |path: &str| {
        let prepared = engine.prepare(&react(vec![Tool::python(path)])).unwrap();
        prepared.run(&inputs, &workers.context).await.unwrap_err()
    };
    let error = run("golden_modules.wiegh").await;
    let expected = "`golden_modules` has no `wiegh`; did you mean `weigh`?";
    assert!(matches!(error.kind(), CallErrorKind::NoSuchModule { .. }), "{error}");
    assert_eq!(error.to_string(), expected);
    let error = run("os.system").await;
    assert!(matches!(error.kind(), CallErrorKind::NotAllowed { .. }), "{error}");
    // The worker goes on.
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), Value::Int(1));
}
