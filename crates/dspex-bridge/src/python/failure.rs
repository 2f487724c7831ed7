//! What a worker says went wrong, as the errors that callers know.

use super::environment::Group;
use super::pool::{Failure, Refusal};
use super::wire::Raised;
use crate::call::{CallError, CallErrorKind, PythonException};
use crate::llm::LmError;

/// The error for a call that a worker refused; `lm` is the model's last failure, where it failed.
pub(super) fn explain(refusal: Refusal, lm: Option<LmError>) -> CallError {
    let Refusal { failure: Failure::Raised(raised), worker, stderr_tail } = refusal else {
        let message = "a worker refused a call without a reason".to_owned();
        return CallErrorKind::Protocol { message }.into();
    };
    match (raised.kind.as_str(), lm) {
        ("parse", _) => parse(*raised),
        ("callback", Some(lm)) => lm.into(),
        ("no_such_module", _) => CallErrorKind::NoSuchModule { message: raised.message }.into(),
        ("missing_package", _) => {
            let package = raised.package.clone();
            let group = Group::of_package(&package).map(|group| group.name().to_owned());
            let hint = match &group {
                Some(group) => format!("run `dspex setup --group {group}`"),
                None => "install it where the workers' Python finds it".to_owned(),
            };
            let exception = Box::new(exception(*raised, worker, stderr_tail));
            CallErrorKind::MissingPackage { package, group, hint, exception }.into()
        }
        ("not_allowed", _) => CallErrorKind::NotAllowed { name: raised.message }.into(),
        ("not_supported_yet", _) => {
            let what = format!("{} in Python workers", raised.message);
            CallErrorKind::NotSupportedYet { what }.into()
        }
        _ => CallErrorKind::Python(exception(*raised, worker, stderr_tail)).into(),
    }
}

fn exception(raised: Raised, worker: u32, stderr_tail: String) -> PythonException {
    let Raised { type_name, message, traceback, .. } = raised;
    PythonException { stderr_tail, ..PythonException::new(type_name, message, traceback, worker) }
}

/// DSPy's own message quotes the completion, which may be private; ours names fields.
fn parse(raised: Raised) -> CallError {
    let Raised { missing, partial, completion, .. } = raised;
    let message = match missing.as_slice() {
        [] => "DSPy cannot read the values of the completion".to_owned(),
        [name] => format!("the completion lacks the output `{name}`"),
        names => format!("the completion lacks the outputs `{}`", names.join("`, `")),
    };
    CallError::from(CallErrorKind::Parse { message, missing, completion }).with_partial(partial)
}
