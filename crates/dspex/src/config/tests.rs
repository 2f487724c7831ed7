//! Configurations read, and faults as a user sees them.

use std::collections::BTreeMap;
use std::time::Duration;

use dspex_bridge::llm::{Key, LmCapabilities, LmRoute, ModelType, Price, RateLimit, Retry};
use dspex_bridge::python::{PoolConfig, PythonSource, Spawn};
use dspex_orchestrator::{OnDifference, Shadow};

use super::{BreakerConfig, BudgetConfig, CacheConfig, Config, TimeoutConfig};

fn parse(source: &str) -> Result<Config, super::ConfigError> {
    Config::parse("dspex.toml", source, &BTreeMap::new())
}

#[track_caller]
fn check_faults(source: &str, expected: &str) {
    let error = parse(source).expect_err("the configuration has faults");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn every_setting_has_a_default_but_the_model() {
    let config = parse("[lm.default]\nmodel = \"openai/gpt-4o-mini\"").unwrap();
    assert_eq!(config.lm["default"].model, "openai/gpt-4o-mini");
    assert!(config.python.is_some());
    assert!(parse("").unwrap().lm.is_empty());
}

#[test]
fn all_faults_come_at_once_in_order_of_their_lines() {
    check_faults(
        "[lm.default]\nmodel = \"openai/gpt-4o-mini\"\napi_key = \"sk-1\"\ntemprature = 0.5\n\
         [pool.general]\nn_workers = { min = 8, max = 4 }\nmemory_limit = \"lots\"\n[stroe]\n",
        "dspex.toml has 5 faults\n  \
         line 3: `lm.default.api_key` holds a secret\n          \
         hint: put it in an environment variable and name that in `api_key_env`\n  \
         line 4: `lm.default.temprature` is not a setting\n          \
         hint: did you mean `temperature`?\n  \
         line 6: `pool.general.n_workers.min` is 8, more than `max`, which is 4\n  \
         line 7: `pool.general.memory_limit` should be a size with a unit, \
         such as \"512MB\" or \"4GB\", not \"lots\"\n  \
         line 8: `stroe` is not a setting\n          \
         hint: did you mean `store`?",
    );
}

#[test]
fn what_is_not_there_yet_is_said() {
    check_faults(
        "[store]\nurl = \"sqlite:dspex.db\"",
        "dspex.toml has 1 fault\n  line 1: `store` is not supported yet\n          \
         hint: take it out; the README's status table says what is there",
    );
}

#[test]
fn how_many_calls_are_compared_with_dspy_is_read() {
    let shadow = |text: &str| parse(&format!("[lm.default]\nmodel = \"openai/m\"\n{text}"));
    let config = shadow("[orchestrator]\nshadow = { share = 0.01, on_difference = \"report\" }");
    let expected = Shadow::share(0.01).on_difference(OnDifference::Report);
    assert_eq!(config.unwrap().shadow, Some(expected));
    assert_eq!(shadow("").unwrap().shadow, None);
    check_faults(
        "[orchestrator]\nexplore = 0.05\nshadow = { share = 2, on_difference = \"demot\" }",
        "dspex.toml has 3 faults\n  \
         line 2: `orchestrator.explore` is not supported yet\n          \
         hint: take it out; the README's status table says what is there\n  \
         line 3: `orchestrator.shadow.on_difference` is `demot`\n          \
         hint: did you mean `demote`?\n  \
         line 3: `orchestrator.shadow.share` is 2, no share of all calls\n          \
         hint: give one from 0 to 1, such as 0.01",
    );
    check_faults(
        "[orchestrator]\nshadow = { on_difference = \"demote\" }",
        "dspex.toml has 1 fault\n  line 2: `orchestrator.shadow.share` is missing\n          \
         hint: say how many calls are compared, such as 0.01",
    );
}

#[test]
fn what_stands_around_a_model_is_read() {
    let config = parse(
        "[lm.default]\nmodel = \"openai/gpt-4o-mini\"\nfallback = [\"local\"]\n\
         rate_limit = { requests_per_minute = 500, tokens_per_minute = 200_000 }\n\
         retry = { attempts = 2 }\ncache = { entries = 10, ttl = \"1d\" }",
    );
    let lm = &config.unwrap().lm["default"];
    let ttl = Some(Duration::from_secs(86_400));
    assert_eq!(lm.cache, Some(CacheConfig { entries: 10, ttl }));
    assert_eq!(lm.fallback, ["local"]);
    let limit = RateLimit::per_minute().requests(500).tokens(200_000);
    assert_eq!((lm.rate_limit, lm.retry), (Some(limit), Retry::attempts(2)));
    let config = parse(
        "[lm.default]\nmodel = \"openai/m\"\nconcurrency = 8\nhedge_after = \"2s\"\n\
         breaker = { failures = 5, rest = \"30s\" }\nbudget = { usd_per_day = 20 }\n\
         timeout = { total = \"60s\", connect = \"2s\", first_token = \"10s\", idle = \"15s\" }",
    );
    let lm = &config.unwrap().lm["default"];
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!((lm.concurrency, lm.hedge_after), (Some(8), seconds(2)));
    assert_eq!(lm.breaker, Some(BreakerConfig { failures: 5, rest: seconds(30) }));
    let budget = BudgetConfig { usd_per_day: Some(20.0), tokens_per_day: None };
    assert_eq!(lm.budget, Some(budget));
    let timeouts = TimeoutConfig {
        total: seconds(60),
        connect: seconds(2),
        first_token: seconds(10),
        idle: seconds(15),
    };
    assert_eq!(lm.timeouts, timeouts);
    check_faults(
        "[lm.default]\nmodel = \"openai/m\"\nrate_limit = { requests_a_minute = 5 }\n\
         retry = { attempts = 0, budget = 0.1 }",
        "dspex.toml has 3 faults\n  \
         line 3: `lm.default.rate_limit.requests_a_minute` is not a setting\n          \
         hint: did you mean `requests_per_minute`?\n  \
         line 4: `lm.default.retry.budget` is not supported yet\n          \
         hint: take it out; the README's status table says what is there\n  \
         line 4: `lm.default.retry.attempts` should be a whole number of at least 1, not 0",
    );
}

#[test]
fn what_is_known_of_a_model_is_read() {
    let config = parse(
        "[lm.default]\nmodel = \"openai/m\"\ncapabilities = [\"schema\", \"tools\"]\nmodel_type = \"text\"\n\
         price_usd_per_million = { input = 0.15, output = 0.6 }",
    );
    let lm = &config.unwrap().lm["default"];
    assert_eq!(lm.capabilities, Some(LmCapabilities::schemas().with_tools()));
    assert_eq!(lm.model_type, ModelType::Text);
    assert_eq!(lm.price, Some(Price::per_million(0.15, 0.6)));
    check_faults(
        "[lm.default]\nmodel = \"openai/m\"\ncapabilities = [\"tool\"]\n\
         price_usd_per_million = { input = -1, inputs = 2 }\nbudget = { usd_per_day = 0 }\n\
         breaker = { rest = \"1s\" }\nmodel_type = \"response\"",
        "dspex.toml has 6 faults\n  \
         line 3: `lm.default.capabilities` has `tool`, which no model can do\n          \
         hint: did you mean `tools`?\n  \
         line 4: `lm.default.price_usd_per_million.inputs` is not a setting\n          \
         hint: did you mean `input`?\n  \
         line 4: `lm.default.price_usd_per_million.input` is below zero\n  \
         line 5: `lm.default.budget.usd_per_day` leaves nothing to spend\n  \
         line 6: `lm.default.breaker.failures` is missing\n          \
         hint: say after how many in a row: failures = 5\n  \
         line 7: `lm.default.model_type` is `response`\n          \
         hint: did you mean `responses`?",
    );
    check_faults(
        "[lm.default]\nmodel = \"openai/m\"\nmodel_type = \"embedding\"",
        "dspex.toml has 1 fault\n  \
         line 3: `lm.default.model_type` is `embedding`\n          \
         hint: it is one of `chat`, `responses`, `text`",
    );
}

#[test]
fn how_workers_are_started_is_read() {
    let config = parse(
        "[lm.default]\nmodel = \"openai/m\"\n[pool.neural]\nspawn = \"cold\"\npreload = [\"torch\"]\n\
         gpus = [0, 2]\nenvironment = [\"HF_HOME\"]\nvenv = \".venv-torch\"\n\
         recycle = { after_calls = 10_000, after = \"6h\" }\nthreads_per_worker = 4\nread_ahead = 1\n\
         warm_spares = 1\ncgroup = \"/sys/fs/cgroup/app\"",
    );
    let pools = config.unwrap().pools;
    let expected = PoolConfig::default()
        .spawn(Spawn::Cold)
        .preload("torch")
        .gpus([0, 2])
        .environment("HF_HOME")
        .python(PythonSource::Venv(".venv-torch".into()))
        .threads_per_worker(4)
        .read_ahead(1)
        .warm_spares(1)
        .cgroup("/sys/fs/cgroup/app")
        .recycle_after_calls(10_000)
        .recycle_after(Duration::from_secs(6 * 3600));
    assert_eq!(pools["neural"], expected);
    check_faults(
        "[lm.default]\nmodel = \"openai/m\"\n[pool.general]\nspawn = \"fork\"\ngpus = [-1]",
        "dspex.toml has 2 faults\n  \
         line 4: `pool.general.spawn` is `fork`\n          \
         hint: it is one of `fork_server`, `cold`, `embedded`\n  \
         line 5: `pool.general.gpus` should be a list of whole numbers, not a list of something else",
    );
}

#[test]
fn an_embedded_pool_has_what_a_thread_can_have() {
    let config = parse(
        "[lm.default]\nmodel = \"openai/m\"\n[pool.general]\nspawn = \"embedded\"\n\
         threads_per_worker = 4",
    );
    let expected = PoolConfig::embedded().threads_per_worker(4);
    assert_eq!(config.unwrap().pools["general"], expected);
    check_faults(
        "[lm.default]\nmodel = \"openai/m\"\n[pool.general]\nmemory_limit = \"1GB\"\n\
         spawn = \"embedded\"",
        "dspex.toml has 1 fault\n  \
         line 5: `pool.general.spawn` is `embedded`, which has no `memory_limit`: the memory is \
         the program's own\n          \
         hint: leave that setting out, or `spawn`",
    );
}

#[test]
fn a_model_may_be_asked_through_dspy() {
    let config = parse(
        "[lm.nova]\nmodel = \"bedrock/nova\"\nenvironment = [\"AWS_REGION\"]\n\
         [lm.mini]\nmodel = \"openai/m\"\nthrough = \"dspy\"\n\
         [lm.usual]\nmodel = \"openai/m\"",
    );
    let lm = config.unwrap().lm;
    assert_eq!(lm["nova"].environment, ["AWS_REGION"]);
    let routes = ["nova", "mini", "usual"].map(|name| lm[name].route());
    assert_eq!(routes, [LmRoute::Python, LmRoute::Python, LmRoute::Direct]);
    check_faults(
        "[lm.nova]\nmodel = \"bedrock/nova\"\napi_key_env = \"AWS\"\n\
         [lm.usual]\nmodel = \"openai/m\"\nthrough = \"rusty\"\nenvironment = []",
        "dspex.toml has 3 faults\n  \
         line 3: `lm.nova.api_key_env` is for a model that Rust asks, and DSPy asks this one\n          \
         hint: name the variables that DSPy reads in `environment`\n  \
         line 6: `lm.usual.through` is `rusty`\n          \
         hint: did you mean `rust`?\n  \
         line 7: `lm.usual.environment` is for a model that DSPy asks, and Rust asks this one\n          \
         hint: name its key in `api_key_env`, or say `through = \"dspy\"`",
    );
}

#[track_caller]
fn check_key(settings: &str, expected: impl Into<Option<Key>>) {
    let config = parse(&format!("[lm.default]\nmodel = \"openai/m\"\n{settings}")).unwrap();
    assert_eq!(config.lm["default"].key, expected.into(), "{settings}");
}

#[test]
fn a_key_has_one_place_or_several() {
    let (env, file) = (Key::env, || Key::file("/run/secrets/openai"));
    let command = || Key::command("pass", ["show", "openai"]);
    check_key("", None);
    check_key("api_key_env = \"NEW\"", env("NEW"));
    check_key("api_key_env = [\"NEW\", \"OLD_2\"]", env("NEW").or(env("OLD_2")));
    check_key("api_key_file = \"/run/secrets/openai\"", file());
    check_key("api_key_command = [\"pass\", \"show\", \"openai\"]", command());
    check_key(
        "api_key_command = [\"pass\", \"show\", \"openai\"]\napi_key_env = \"NEW\"\n\
         api_key_file = \"/run/secrets/openai\"",
        env("NEW").or(file()).or(command()),
    );
    let variables = BTreeMap::from([
        ("DSPEX__LM__DEFAULT__MODEL".to_owned(), "openai/m".to_owned()),
        ("DSPEX__LM__DEFAULT__API_KEY_ENV".to_owned(), "NEW, OLD".to_owned()),
    ]);
    let config = Config::parse("dspex.toml", "", &variables).unwrap();
    assert_eq!(config.lm["default"].key, Some(env("NEW").or(env("OLD"))));
}

#[test]
fn a_key_that_has_no_place_is_told_and_not_shown() {
    check_faults(
        "[lm.a]\nmodel = \"openai/m\"\napi_key_env = []\napi_key_file = \"\"\napi_key_command = []\n\
         [lm.b]\nmodel = \"openai/m\"\napi_key_env = [\"KEY\", \"sk-1\"]\n\
         api_key_file = 1\napi_key_command = \"pass show openai\"",
        "dspex.toml has 6 faults\n  \
         line 3:  `lm.a.api_key_env` names no variable\n           \
         hint: name one, or several in the order in which they are tried\n  \
         line 4:  `lm.a.api_key_file` names no file\n  \
         line 5:  `lm.a.api_key_command` names no program\n           \
         hint: name the program, and behind it each argument: [\"pass\", \"show\", \"openai\"]\n  \
         line 8:  `lm.b.api_key_env` holds what is no variable's name\n           \
         hint: a name has letters, digits and `_`; the key itself does not belong here\n  \
         line 9:  `lm.b.api_key_file` should be text, not integer\n  \
         line 10: `lm.b.api_key_command` should be a list of texts, not string",
    );
}

#[test]
fn a_file_that_is_not_toml_is_told_by_line() {
    check_faults(
        "[lm.default]\nmodel = openai\n[call]\nwithin = \"1\"",
        "dspex.toml has 2 faults\n  \
         line 2: not TOML: string values must be quoted, expected literal string\n  \
         line 4: `call.within` should be a duration with a unit, \
         such as \"250ms\", \"2s\" or \"1h\", not \"1\"",
    );
}

#[test]
fn a_model_is_needed_where_a_table_stands() {
    check_faults(
        "[lm.default]\ntemperature = 0.0",
        "dspex.toml has 1 fault\n  line 1: `lm.default.model` is missing\n          \
         hint: name one as DSPy does: model = \"openai/gpt-4o-mini\"",
    );
}

#[test]
fn variables_go_before_the_file() {
    let variables = BTreeMap::from([
        ("DSPEX__LM__DEFAULT__MODEL".to_owned(), "ollama/qwen3:8b".to_owned()),
        ("DSPEX__CALL__WITHIN".to_owned(), "3s".to_owned()),
    ]);
    let source = "[lm.default]\nmodel = \"openai/gpt-4o-mini\"";
    let config = Config::parse("dspex.toml", source, &variables).unwrap();
    assert_eq!(config.lm["default"].model, "ollama/qwen3:8b");
    assert_eq!(config.limits.within, Duration::from_secs(3));
}

#[test]
fn a_variable_at_fault_is_named() {
    let variables =
        BTreeMap::from([("DSPEX__POOL__GENERAL__N_WORKERS".to_owned(), "many".to_owned())]);
    let error = Config::parse("dspex.toml", "", &variables).unwrap_err();
    let expected = "dspex.toml has 1 fault\n  variable DSPEX__POOL__GENERAL__N_WORKERS: \
                    `pool.general.n_workers` should be a whole number of at least 1, not many";
    assert_eq!(error.to_string(), expected);
}
