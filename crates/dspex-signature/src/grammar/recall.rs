//! Unions that Python's `typing` takes for each other.
//!
//! `typing` remembers what it made of equal parameters, and to it unions of the same members in
//! another order are equal. So `Optional[Union[int, str]]` behind `Optional[Union[str, int]]` has
//! the order of the earlier one, in the same signature or anywhere else in the process. Within a
//! signature that is noticed here and left to DSPy.

use std::ops::Range;

use crate::{Field, SignatureFault, Type};

/// The fault of the first field with a union whose members stand in another order elsewhere.
pub(super) fn fault(fields: &[&(Field, Range<usize>)]) -> Option<SignatureFault> {
    let mut known: Vec<Vec<&Type>> = Vec::new();
    for (field, span) in fields {
        let before = known.len();
        collect(&field.ty, &mut known);
        for index in before..known.len() {
            if known[..index].iter().any(|other| is_reordered(&known[index], other)) {
                let message = format!(
                    "field `{}` has a union whose members stand in another order elsewhere in the \
                     signature, which is not supported yet",
                    field.name
                );
                let fault = SignatureFault::unsupported(message).at(span.clone());
                return Some(fault.hint("write the members in the same order everywhere"));
            }
        }
    }
    None
}

/// Adds the members of each union inside a type, and of those that `|` makes on the way to it.
fn collect<'t>(ty: &'t Type, known: &mut Vec<Vec<&'t Type>>) {
    if let Type::Union(members) = ty {
        for n_members in 2..=members.len() {
            known.push(members[..n_members].iter().collect());
        }
    }
    ty.parts().for_each(|part| collect(part, known));
}

fn is_reordered(one: &[&Type], other: &[&Type]) -> bool {
    one.len() == other.len() && one != other && one.iter().all(|member| other.contains(member))
}
