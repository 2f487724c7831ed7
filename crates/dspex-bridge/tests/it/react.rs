//! `ReAct` on the native engine, with tools of Rust and a scripted model.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dspex_bridge::llm::{LmErrorKind, Models, ScriptedModel};
use dspex_bridge::{
    CallContext, CallError, CallErrorKind, Engine, ModuleKind, ModuleSpec, NativeEngine, Outcome,
};
use dspex_signature::{Field, PredictorState, Program, Signature, Tool, Type, Value, fields};
use dspex_telemetry::Recorder;

/// A completion that calls a tool.
fn call(tool: &str, arguments: &str) -> String {
    format!(
        "[[ ## next_thought ## ]]\nI need {tool}.\n\n[[ ## next_tool_name ## ]]\n{tool}\n\n\
         [[ ## next_tool_args ## ]]\n{arguments}\n\n[[ ## completed ## ]]"
    )
}

const ANSWER: &str =
    "[[ ## reasoning ## ]]\nIt says so.\n\n[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]";

fn weigh() -> Tool {
    let args = vec![Field::new("grams", Type::Int)];
    Tool::from_fields("weigh", "Weighs a parcel.", args, |arguments| {
        Box::pin(async move {
            match arguments["grams"].as_int() {
                Some(grams) if grams > 0 => Ok(Value::from(grams * 2)),
                _ => Err(dspex_signature::ToolError::new("a parcel weighs something")),
            }
        })
    })
}

fn react(tools: Vec<Tool>) -> ModuleSpec {
    let signature = Signature::parse("question -> answer: int").unwrap();
    let mut module = ModuleSpec::new(ModuleKind::React, Arc::new(signature));
    module.tools = tools;
    module
}

async fn run(model: ScriptedModel, module: ModuleSpec) -> Result<Outcome, CallError> {
    run_in(model, module, &CallContext::new(Recorder::new())).await
}

async fn run_in(
    model: ScriptedModel,
    module: ModuleSpec,
    context: &CallContext,
) -> Result<Outcome, CallError> {
    let engine = NativeEngine::new(Models::new().with("default", Arc::new(model)), None);
    let prepared = engine.prepare(&Arc::new(module)).unwrap();
    prepared.run(&fields! { "question" => "How heavy?" }, context).await
}

#[tokio::test]
async fn tools_are_called_until_the_model_has_what_it_needs() {
    let model = ScriptedModel::new()
        .text(call("weigh", r#"{"grams": 21}"#))
        .text(call("finish", "{}"))
        .text(ANSWER);
    let outcome = run(model.clone(), react(vec![weigh()])).await.unwrap();
    let trajectory = fields! {
        "thought_0" => "I need weigh.", "tool_name_0" => "weigh",
        "tool_args_0" => fields! { "grams" => 21 }, "observation_0" => 42,
        "thought_1" => "I need finish.", "tool_name_1" => "finish",
        "tool_args_1" => fields! {}, "observation_1" => "Completed.",
    };
    let expected = fields! {
        "trajectory" => trajectory, "reasoning" => "It says so.", "answer" => 42,
    };
    let path: Vec<_> = outcome.meta().path.iter().map(|step| step.what.clone()).collect();
    assert_eq!(path, ["native", "tool weigh", "native", "tool finish", "native"]);
    assert!(outcome.meta().usage.output_tokens > 0);
    assert_eq!(outcome.into_inner(), expected);
    let requests = model.requests();
    let told = requests[0].messages[0].text();
    assert!(
        told.contains("(1) weigh, whose description is <desc>Weighs a parcel.</desc>."),
        "{told}"
    );
    let prompt = requests[1].messages[1].text();
    assert!(prompt.contains("[[ ## trajectory ## ]]\n[[ ## thought_0 ## ]]\nI need"), "{prompt}");
}

#[tokio::test]
async fn what_goes_wrong_in_a_tool_is_for_the_model_to_read() {
    let model = ScriptedModel::new()
        .text(call("weigh", r#"{"grams": 0}"#))
        .text(call("weigh", r#"{"gram": 1}"#))
        .text(call("finish", r#"{"answer": 3}"#))
        .text(ANSWER);
    let outcome = run(model.clone(), react(vec![weigh()])).await.unwrap();
    let steps = outcome["trajectory"].as_map().unwrap();
    let said = |number: usize| steps[format!("observation_{number}").as_str()].to_string();
    assert_eq!(said(0), "Execution error in weigh: \na parcel weighs something");
    let unknown = "`weigh` takes no `gram`; did you mean `grams`?";
    assert_eq!(said(1), format!("Execution error in weigh: \n{unknown}"));
    // `finish` ends the loop whatever it is given, as in DSPy.
    let surplus = "ValueError: Arg answer is not in the tool's args.";
    assert_eq!(said(2), format!("Execution error in finish: \n{surplus}"));
    assert_eq!(outcome.meta().path[3].failed.as_deref(), Some(unknown));
    assert_eq!(model.requests().len(), 4);
}

#[tokio::test]
async fn the_number_of_calls_is_bounded() {
    let model = ScriptedModel::new().text(call("weigh", r#"{"grams": 1}"#)).text(ANSWER);
    let mut module = react(vec![weigh()]);
    module.init.insert("max_iters", 1);
    let outcome = run(model.clone(), module).await.unwrap();
    assert_eq!(outcome["trajectory"].as_map().unwrap().len(), 4);
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_prompt_that_is_too_long_loses_its_oldest_steps() {
    let weighs = |grams: u32| call("weigh", &format!("{{\"grams\": {grams}}}"));
    let model = ScriptedModel::new()
        .text(weighs(1))
        .text(weighs(2))
        .fail(LmErrorKind::ContextTooLong)
        .text(call("finish", "{}"))
        .text(ANSWER);
    let outcome = run(model, react(vec![weigh()])).await.unwrap();
    let names: Vec<_> = outcome["trajectory"].as_map().unwrap().names().collect();
    assert_eq!((names[0], names.len()), ("thought_1", 8));

    let model =
        ScriptedModel::new().fail(LmErrorKind::ContextTooLong).fail(LmErrorKind::ContextTooLong);
    let error = run(model.clone(), react(vec![weigh()])).await.unwrap_err();
    assert!(
        matches!(error.kind(), CallErrorKind::Lm(error) if error.kind == LmErrorKind::ContextTooLong)
    );
    // There was no step to take away; the answer was asked for all the same.
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_saved_program_has_both_predictors() {
    let mut module = react(vec![weigh()]);
    let shape = module.shape().unwrap();
    let state = |path: &str, told: &str| {
        PredictorState::of(&shape.signature(path).unwrap().clone().with_instructions(told))
    };
    let demo =
        fields! { "question" => "q", "trajectory" => "t", "reasoning" => "r", "answer" => 1 };
    let program = Program::of([
        ("react", state("react", "Choose well.")),
        ("extract.predict", state("extract.predict", "Be short.").with_demos(vec![demo]).unwrap()),
    ]);
    module.load(program.unwrap()).unwrap();
    assert_eq!(module.saved.as_ref().unwrap().notes(), []);
    let model = ScriptedModel::new().text(call("finish", "{}")).text(ANSWER);
    run(model.clone(), module).await.unwrap();
    let requests = model.requests();
    assert!(requests[0].messages[0].text().ends_with("objective is: \n        Choose well."));
    assert!(requests[1].messages[0].text().ends_with("objective is: \n        Be short."));
    assert_eq!((requests[0].messages.len(), requests[1].messages.len()), (2, 4));
}

#[tokio::test]
async fn a_call_that_is_cancelled_ends_in_the_midst_of_a_tool() {
    let context = CallContext::new(Recorder::new());
    let (cancelled, n_ended) = (context.clone(), Arc::new(AtomicU32::new(0)));
    let ended = n_ended.clone();
    let wait = Tool::from_fields("wait", "", Vec::new(), move |_| {
        let (cancelled, ended) = (cancelled.clone(), ended.clone());
        Box::pin(async move {
            cancelled.cancel();
            std::future::pending::<()>().await;
            ended.fetch_add(1, Ordering::Relaxed);
            Ok(Value::Null)
        })
    });
    let model = ScriptedModel::new().text(call("wait", "{}"));
    let error = run_in(model, react(vec![wait]), &context).await.unwrap_err();
    assert!(matches!(error.kind(), CallErrorKind::Cancelled), "{error}");
    assert_eq!(n_ended.load(Ordering::Relaxed), 0);
}

#[test]
fn what_does_not_fit_is_refused_before_any_traffic() {
    let models = Models::new().with("default", Arc::new(ScriptedModel::new()));
    let engine = NativeEngine::new(models, None);
    let why = |module: ModuleSpec| engine.prepare(&Arc::new(module)).err().unwrap().to_string();
    let python = Tool::python("shop_tools.search");
    assert_eq!(
        why(react(vec![python])),
        "the tool `shop_tools.search` is a Python function, and there is no Python to call it"
    );
    assert_eq!(why(react(vec![weigh(), weigh()])), "two tools are called `weigh`");
    let finish = Tool::from_fields("finish", "", Vec::new(), |_| Box::pin(async { Ok(1.into()) }));
    assert_eq!(
        why(react(vec![finish])),
        "`finish` is the tool by which `dspy.ReAct` ends; name yours otherwise"
    );
    let mut module = react(vec![weigh()]);
    module.demos = vec![fields! { "question" => "q", "answer" => 1 }];
    assert_eq!(why(module), "`dspy.ReAct` has two predictors, and demos do not say whose they are");
    let mut module = react(vec![weigh()]);
    module.init.insert("max_iters", "many");
    assert_eq!(why(module), "`max_iters` should be `int`, found `str`");
}

#[tokio::test]
async fn an_observation_that_dspy_cannot_show_is_told() {
    let list =
        Tool::from_fields("list", "", Vec::new(), |_| Box::pin(async { Ok(vec![1].into()) }));
    let model = ScriptedModel::new().text(call("list", "{}"));
    let error = run(model, react(vec![list])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "not supported yet: showing what a tool answered: `observation_0[0]` should be `str`, found \
         `int`; a tool may answer with one value, a map, or a list of texts"
    );
}
