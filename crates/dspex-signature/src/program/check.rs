//! Whether an object is the state of a predictor, as DSPy reads one.

use super::ProgramFault;
use super::error::predictor;
use super::lm::SECRET;
use crate::{Fields, Value};

/// Everything that keeps DSPy, or dspex, from reading the state of a predictor.
pub(super) fn faults(path: &str, document: &Fields) -> Vec<ProgramFault> {
    let check = Check { path, of: predictor(path) };
    let mut faults = Vec::new();
    match document.value("signature") {
        Some(Value::Map(signature)) => faults.extend(check.signature(signature)),
        found => faults.push(check.expected("signature", "an object", found)),
    }
    faults.extend(check.demos(document.value("demos")));
    faults.extend(check.lm(document.value("lm")));
    if let Some(found) = document.value("fields").filter(|found| found.as_map().is_none()) {
        faults.push(check.expected("fields", "an object", Some(found)));
    }
    if document.contains("extended_signature") {
        let message = format!("`extended_signature` of {} is of DSPy 2.5 and older", check.of);
        faults.push(ProgramFault::at(path, message).hint("optimise and save the program again"));
    }
    faults
}

struct Check<'a> {
    path: &'a str,
    of: String,
}

impl Check<'_> {
    fn expected(&self, key: &str, expected: &str, found: Option<&Value>) -> ProgramFault {
        let found = found.map_or("nothing", Value::python_type);
        let message = format!("`{key}` of {} should be {expected}, found `{found}`", self.of);
        ProgramFault::at(self.path, message)
    }

    fn signature(&self, signature: &Fields) -> Vec<ProgramFault> {
        let mut faults = Vec::new();
        let instructions = signature.value("instructions");
        if instructions.and_then(Value::as_str).is_none() {
            faults.push(self.expected("signature.instructions", "text", instructions));
        }
        match signature.value("fields") {
            Some(Value::List(fields)) => {
                let of_field = |(position, field)| self.field(position, field);
                faults.extend(fields.iter().enumerate().flat_map(of_field));
            }
            found => {
                let fault = self.expected("signature.fields", "a list", found);
                // Python goes through these as through an empty list.
                let is_empty = found.is_some_and(|found| match found {
                    Value::Text(text) => text.is_empty(),
                    Value::Map(fields) => fields.is_empty(),
                    _ => false,
                });
                faults.push(if is_empty { fault.unsupported() } else { fault });
            }
        }
        faults
    }

    fn field(&self, position: usize, field: &Value) -> Vec<ProgramFault> {
        let place = format!("signature.fields[{position}]");
        let Value::Map(field) = field else {
            return vec![self.expected(&place, "an object", Some(field))];
        };
        let mut faults = Vec::new();
        for key in ["prefix", "description"] {
            match field.value(key) {
                Some(Value::Text(_)) => {}
                found => {
                    let fault = self.expected(&format!("{place}.{key}"), "text", found);
                    // DSPy takes whatever stands there and prints it.
                    faults.push(if found.is_some() { fault.unsupported() } else { fault });
                }
            }
        }
        faults
    }

    fn demos(&self, demos: Option<&Value>) -> Vec<ProgramFault> {
        // DSPy takes these too, and fails when the program is called.
        match demos {
            None => Vec::new(),
            Some(Value::List(demos)) => {
                let other = |(position, demo): (usize, &Value)| {
                    let place = format!("demos[{position}]");
                    let fault = || self.expected(&place, "an object", Some(demo)).unsupported();
                    demo.as_map().is_none().then(fault)
                };
                demos.iter().enumerate().filter_map(other).collect()
            }
            found => vec![self.expected("demos", "a list", found).unsupported()],
        }
    }

    fn lm(&self, lm: Option<&Value>) -> Option<ProgramFault> {
        let secret = match lm {
            Some(Value::Map(entries)) => entries.value(SECRET),
            // What is false in Python is no model.
            Some(Value::Null | Value::Bool(false) | Value::Int(0)) => None,
            Some(Value::Float(0.0)) => None,
            Some(Value::Text(text)) if text.is_empty() => None,
            Some(Value::List(items)) if items.is_empty() => None,
            found => return Some(self.expected("lm", "an object or null", found)),
        };
        secret.filter(|secret| !secret.is_null()).map(|_| {
            let message = format!("`lm.api_key` of {} holds a secret", self.of);
            let fault = ProgramFault::at(self.path, message).unsupported();
            fault.hint("take it out of the file, and withdraw it where the file has been shared")
        })
    }
}
