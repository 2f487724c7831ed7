//! The requests that are served meanwhile, and what came of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use dspex_bridge::python::PythonEngine;
use dspex_bridge::{Engine as _, ModuleKind, ModuleSpec, Prepared};
use dspex_signature::{Signature, Value, fields};

use crate::random::Random;
use crate::workers::context;

/// How often a request that may be repeated is given to a worker, at most.
const ATTEMPTS: u32 = 20;

/// What came of all requests.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) repeatable: u64,
    pub(crate) repeatable_answered: u64,
    pub(crate) others: u64,
    pub(crate) others_answered: u64,
    /// Answers that were not those of the request.
    pub(crate) wrong: u64,
    /// Errors by kind.
    pub(crate) errors: BTreeMap<&'static str, u64>,
    /// What requests that may be repeated failed with.
    pub(crate) lost: Vec<String>,
}

/// Makes requests.
pub(crate) struct Requests {
    engine: Arc<PythonEngine>,
    predict: Arc<dyn Prepared>,
}

/// One request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request {
    Sleep {
        seconds: f64,
    },
    Echo {
        number: i64,
        is_repeatable: bool,
    },
    /// Asks the model, from Python.
    Predict,
}

impl Requests {
    pub(crate) fn new(engine: Arc<PythonEngine>) -> Self {
        let signature = Arc::new(Signature::parse("q -> a").expect("a signature"));
        let module = Arc::new(ModuleSpec::new(ModuleKind::Predict, signature));
        let predict = engine.prepare(&module).expect("Python runs `dspy.Predict`");
        Self { engine, predict }
    }

    /// Makes one, and tells whether it was answered rightly.
    pub(crate) async fn make(&self, request: Request) -> Result<bool, (&'static str, String)> {
        let context = context().attempts(ATTEMPTS);
        let said = |error: dspex_bridge::CallError| (error.kind().name(), error.to_string());
        match request {
            Request::Sleep { seconds } => {
                let call = self.engine.fault("faults.sleep", seconds.into(), true, &context);
                Ok(call.await.map_err(said)? == Value::Null)
            }
            Request::Echo { number, is_repeatable } => {
                let call = self.engine.fault("faults.echo", number.into(), is_repeatable, &context);
                Ok(call.await.map_err(said)? == Value::Int(number))
            }
            Request::Predict => {
                let outcome = self.predict.run(&fields! { "q" => "Where?" }, &context).await;
                Ok(outcome.map_err(said)?.value("a") == Some(&"Leeds".into()))
            }
        }
    }
}

impl Request {
    pub(crate) fn draw(random: &mut Random) -> Self {
        let number = random.below(1_000_000).cast_signed();
        match random.below(10) {
            0..5 => Self::Sleep {
                seconds: f64::from(u32::try_from(random.below(120)).unwrap_or(0)) / 1e3,
            },
            5..7 => Self::Echo { number, is_repeatable: true },
            7..9 => Self::Predict,
            _ => Self::Echo { number, is_repeatable: false },
        }
    }

    const fn is_repeatable(self) -> bool {
        !matches!(self, Self::Echo { is_repeatable: false, .. })
    }
}

impl Counts {
    pub(crate) fn add(&mut self, request: Request, ended: Result<bool, (&'static str, String)>) {
        let is_repeatable = request.is_repeatable();
        let (all, answered) = match is_repeatable {
            true => (&mut self.repeatable, &mut self.repeatable_answered),
            false => (&mut self.others, &mut self.others_answered),
        };
        *all += 1;
        match ended {
            Ok(is_right) => {
                *answered += 1;
                self.wrong += u64::from(!is_right);
            }
            Err((kind, text)) => {
                *self.errors.entry(kind).or_default() += 1;
                if is_repeatable {
                    self.lost.push(format!("{request:?}: {text}"));
                }
            }
        }
    }
}
