//! Modules that are asked several times: the best of several tries, advice between them, attempts that
//! are compared, many calls at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dspex::llm::{LmErrorKind, ScriptedModel};
use dspex::prelude::*;
use dspex::{CallErrorKind, Parallel, Transcript, metrics};

/// Answer the question.
#[derive(Signature, Clone)]
#[signature(output = Answer)]
struct Ask {
    question: String,
}

#[derive(Debug, FieldType)]
struct Answer {
    /// one word
    answer: String,
}

fn question() -> Ask {
    Ask { question: "Where?".into() }
}

fn said(answer: &str) -> String {
    format!("[[ ## reasoning ## ]]\nr\n\n[[ ## answer ## ]]\n{answer}\n\n[[ ## completed ## ]]")
}

async fn dspex(model: &ScriptedModel) -> Dspex {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    builder.start().await.expect("a model suffices")
}

fn shorter_is_better(_: &Ask, reply: &impl std::ops::Deref<Target = Answer>) -> f64 {
    let n_words = reply.answer.split_whitespace().count();
    match n_words {
        1 => 1.0,
        2 => 0.5,
        _ => 0.25,
    }
}

#[tokio::test]
async fn the_first_try_that_is_good_enough_counts() {
    let model = ScriptedModel::new().text(said("in Leeds")).text(said("Leeds")).text(said("York"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>();
    let reply = ask.best_of_n(3, 1.0, shorter_is_better).call(question()).await.unwrap();
    assert_eq!(reply.answer, "Leeds");
    let requests = model.requests();
    let sampled: Vec<_> = requests
        .iter()
        .map(|request| (request.sampling.temperature, &request.sampling.extra["rollout_id"]))
        .collect();
    assert_eq!(sampled, [(Some(1.0), &0.into()), (Some(1.0), &1.into())]);
    let path: Vec<_> = reply.meta().path.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(path, ["native", "try 1, reward 0.5", "native", "try 2, reward 1"]);
    // Both tries are paid for.
    let n_words = (said("in Leeds") + &said("Leeds")).split_whitespace().count();
    // The first text of one ends where the other begins.
    assert_eq!(reply.meta().usage.output_tokens, n_words as u64 + 1);
}

#[tokio::test]
async fn the_best_try_counts_where_none_is_good_enough() {
    let model = ScriptedModel::new()
        .text(said("in the city"))
        .fail(LmErrorKind::ContextTooLong)
        .text(said("in Leeds"))
        .text(said("up in York"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>().temperature(0.3);
    let reply = ask.best_of_n(4, 1.0, shorter_is_better).call(question()).await.unwrap();
    assert_eq!((reply.answer.as_str(), model.requests().len()), ("in Leeds", 4));
    // What the module says of sampling stands.
    assert_eq!(model.requests()[0].sampling.temperature, Some(0.3));
    let failed: Vec<_> = reply.meta().path.iter().filter_map(|s| s.failed.as_deref()).collect();
    assert_eq!(failed, ["language model `scripted/model` cannot read a prompt this long"]);
}

#[tokio::test]
async fn where_all_tries_fail_the_last_error_is_the_calls() {
    let model = ScriptedModel::new().text("junk").text("junk").fail(LmErrorKind::ContextTooLong);
    let ask = dspex(&model).await.chain_of_thought::<Ask>();
    let error =
        ask.best_of_n(2, 1.0, shorter_is_better).call(question()).await.expect_err("none can do");
    assert!(matches!(error.kind(), CallErrorKind::Lm(_)), "{error}");
    assert_eq!((error.spent().usage.output_tokens, model.requests().len()), (2, 3));
}

/// The prompts are those of `dspy.Refine` of DSPy 3.4.1, but for what stands for Python's code.
#[tokio::test]
async fn between_two_tries_a_model_gives_advice() {
    let advice = "[[ ## discussion ## ]]\nToo long.\n\n[[ ## advice ## ]]\n\
                  {\"predict\": \"Say one word.\"}\n\n[[ ## completed ## ]]";
    let model =
        ScriptedModel::new().text(said("in the city of Leeds")).text(advice).text(said("Leeds"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>();
    let ask = ask.refine(3, 1.0, "the answer is one word", shorter_is_better);
    let transcript = Transcript::new();
    assert_eq!(ask.call(question()).transcript(&transcript).await.unwrap().answer, "Leeds");
    let seen: Vec<_> =
        transcript.turns().iter().map(|turn| turn.outputs["answer"].to_string()).collect();
    assert_eq!(seen, ["in the city of Leeds", "Leeds"]);
    let requests = model.requests();
    let told = requests[1].messages[1].text();
    let expected = concat!(
        "[[ ## program_code ## ]]\ndspy.ChainOfThought(Ask)\n\n",
        "[[ ## modules_defn ## ]]\n",
        "--------------------------------------------------------------------------------\n",
        "Module predict\n\tInput Fields:\n\t\t1. `question` (str):\n\tOutput Fields:\n",
        "\t\t1. `reasoning` (str): \n\t\t2. `answer` (str): one word\n",
        "\tOriginal Instructions: \n\t\tAnswer the question.\n",
        "--------------------------------------------------------------------------------\n\n",
        "[[ ## program_inputs ## ]]\n{\n  \"question\": \"Where?\"\n}\n\n",
        "[[ ## program_trajectory ## ]]\n[\n  {\n    \"module_name\": \"predict\",\n",
        "    \"inputs\": {\n      \"question\": \"Where?\"\n    },\n",
        "    \"outputs\": {\n      \"reasoning\": \"r\",\n      \"answer\": \"in the city of Leeds\"\n    }\n  }\n]\n\n",
        "[[ ## program_outputs ## ]]\n{\n  \"reasoning\": \"r\",\n  \"answer\": \"in the city of Leeds\"\n}\n\n",
        "[[ ## reward_code ## ]]\nthe answer is one word\n\n",
        "[[ ## target_threshold ## ]]\n1.0\n\n[[ ## reward_value ## ]]\n0.25\n\n",
        "[[ ## module_names ## ]]\n[\"predict\"]\n\n",
    );
    assert_eq!(told.strip_prefix(expected).map(|rest| &rest[..12]), Some("Respond with"), "{told}");
    // Advice is asked for as the module is configured, and the next try reads it.
    assert_eq!(requests[1].sampling.temperature, None);
    assert!(requests[2].messages[0].text().contains(
        "1. `question` (str): \n2. `hint_` (str): A hint to the module from an earlier run\n"
    ));
    assert!(requests[2].messages[1].text().contains("[[ ## hint_ ## ]]\nSay one word."));
}

/// The prompt is that of `dspy.MultiChainComparison` of DSPy 3.4.1.
#[tokio::test]
async fn attempts_are_compared() {
    let model = ScriptedModel::new()
        .text("[[ ## rationale ## ]]\nok\n\n[[ ## answer ## ]]\nLeeds\n\n[[ ## completed ## ]]");
    let compare = dspex(&model).await.multi_chain_comparison::<Ask>(2);
    let attempts = [
        fields! { "reasoning" => " first line\nsecond", "answer" => "York\nx" },
        fields! { "rationale" => "b", "answer" => "Leeds" },
    ];
    let reply = compare.call(question(), &attempts).unwrap().await.unwrap();
    assert_eq!((reply.rationale.as_str(), reply.answer.as_str()), ("ok", "Leeds"));
    let request = &model.requests()[0];
    assert_eq!(request.sampling.temperature, Some(0.7));
    assert!(request.messages[0].text().contains(
        "2. `reasoning_attempt_1` (str): ${reasoning attempt}\n\
         3. `reasoning_attempt_2` (str): ${reasoning attempt}\n\
         Your output fields are:\n1. `rationale` (str): ${corrected reasoning}\n"
    ));
    assert!(request.messages[1].text().starts_with(
        "[[ ## question ## ]]\nWhere?\n\n[[ ## reasoning_attempt_1 ## ]]\n«I'm trying to first line \
         I'm not sure but my prediction is York»\n\n[[ ## reasoning_attempt_2 ## ]]\n«I'm trying to b \
         I'm not sure but my prediction is Leeds»\n\nRespond"
    ));
    let error = compare.call(question(), &attempts[..1]).expect_err("one is too few");
    assert_eq!(error.to_string(), "`attempts` should be `2 attempts`, found `1 of them`");
}

#[tokio::test]
async fn several_completions_have_a_majority() {
    let model = ScriptedModel::new().text(said("York")).text(said("leeds.")).text(said("Leeds"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>().n(3);
    let reply = ask.call(question()).await.unwrap();
    assert_eq!(reply.answer, "York");
    let most = metrics::majority(&reply.meta().completions, "answer").unwrap();
    assert_eq!(most["answer"].as_str(), Some("leeds."));
}

#[tokio::test]
async fn many_calls_are_answered_in_order_and_so_many_at_a_time() {
    let (n_now, n_most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (now, most) = (n_now.clone(), n_most.clone());
    let wait = Tool::from_fields("wait", "", Vec::new(), move |_| {
        let (now, most) = (now.clone(), most.clone());
        Box::pin(async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok("waited".into())
        })
    });
    let chosen = "[[ ## next_thought ## ]]\nt\n\n[[ ## next_tool_name ## ]]\nwait\n\n\
                  [[ ## next_tool_args ## ]]\n{}\n\n[[ ## completed ## ]]";
    let model = ScriptedModel::new().otherwise(format!("{chosen}\n\n{}", said("Leeds")));
    let ask = dspex(&model).await.react::<Ask>([wait]).max_iters(1);
    let calls = (0..9).map(|number| ask.call(Ask { question: number.to_string() }));
    let replies = Parallel::new(3).run(calls).await;
    assert!(replies.iter().all(Result::is_ok), "{replies:?}");
    assert_eq!((replies.len(), n_most.load(Ordering::SeqCst)), (9, 3));
}

#[tokio::test]
async fn after_too_many_errors_no_further_call_is_made() {
    let model = ScriptedModel::new().text(said("Leeds"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>();
    let calls = (0..6).map(|_| ask.call(question()).attempts(1));
    let replies = Parallel::new(1).max_errors(2).run(calls).await;
    assert!(replies[0].is_ok());
    let is_cancelled = |reply: &Result<_, dspex::CallError>| matches!(reply, Err(error) if matches!(error.kind(), CallErrorKind::Cancelled));
    assert_eq!(replies.iter().filter(|reply| is_cancelled(reply)).count(), 3);
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn a_call_may_sample_otherwise_and_be_looked_at() {
    let model = ScriptedModel::new().text(said("Leeds")).text(said("York"));
    let ask = dspex(&model).await.chain_of_thought::<Ask>().temperature(0.1).parameter("seed", 7);
    let transcript = Transcript::new();
    let call = ask.call(question()).temperature(0.9).max_tokens(50).parameter("top_p", 0.5);
    call.transcript(&transcript).await.unwrap();
    ask.call(question()).await.unwrap();
    let requests = model.requests();
    let sampling = &requests[0].sampling;
    assert_eq!((sampling.temperature, sampling.max_tokens), (Some(0.9), Some(50)));
    assert_eq!(sampling.extra, fields! { "seed" => 7, "top_p" => 0.5 });
    assert_eq!(requests[1].sampling.temperature, Some(0.1));
    let turns = transcript.turns();
    assert_eq!((turns.len(), turns[0].predictor.as_str()), (1, "predict"));
    assert_eq!(turns[0].completion, said("Leeds"));
}
