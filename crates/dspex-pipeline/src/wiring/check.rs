//! The rules of wiring as `const` functions over shapes.
//!
//! One set of rules serves both sides: the typed builder evaluates them at compile time, and the
//! planner uses [`fits`] for what is known at run time only.

use dspex_signature::{Part, RecordShape, Shape};

use super::Text;

/// What can be read below a stage: a list, latest stage first, that ends with the input.
#[derive(Debug)]
pub struct Wiring {
    /// What comes before; `None` for the input of the pipeline.
    pub above: Option<&'static Wiring>,
    /// What the stage reads.
    pub reads: &'static RecordShape,
    /// What the stage makes.
    pub makes: &'static RecordShape,
}

/// A field as one record has it.
enum Found {
    No,
    /// The record is open: only a run can tell.
    Open,
    Field {
        shape: Shape,
        maybe: bool,
    },
}

/// What the stages above offer to a reader of one field.
enum Offer {
    Fits,
    Nothing,
    /// Made under the right shape, but not by every run.
    Sometimes(Shape),
    Differs(Shape),
    Several,
}

/// The first field of `needs` that `wiring` does not feed, as a message; `None` if all is well.
pub(crate) const fn unfed(wiring: &Wiring, needs: &RecordShape) -> Option<Text> {
    let mut part = 0;
    while part < needs.parts.len() {
        match &needs.parts[part] {
            Part::Own(fields) => {
                let mut field = 0;
                while field < fields.len() {
                    let (name, shape) = &fields[field];
                    if let Some(text) = refusal(needs.name, name, shape, wiring) {
                        return Some(text);
                    }
                    field += 1;
                }
            }
            Part::Flat(inner) | Part::Maybe(inner) | Part::Stage { makes: inner, .. } => {
                if let Some(text) = unfed(wiring, inner) {
                    return Some(text);
                }
            }
        }
        part += 1;
    }
    None
}

const fn refusal(reader: &str, name: &str, need: &Shape, wiring: &Wiring) -> Option<Text> {
    // A full name says which stage it means; stage names are known to `build` only.
    if contains_dot(name) {
        return None;
    }
    let reads = Text::new("`").push(reader).push("` reads ");
    match offer(wiring, name, need) {
        Offer::Fits => None,
        Offer::Nothing if matches!(need, Shape::Option(_)) => None,
        Offer::Nothing => {
            Some(reads.push_field(name, need).push(", which no stage above it makes"))
        }
        Offer::Differs(have) => Some(
            reads
                .push_field(name, need)
                .push(", but the stage above makes it `")
                .push_shape(&have)
                .push("`"),
        ),
        Offer::Sometimes(have) => Some(
            reads
                .push_field(name, need)
                .push(", but the stage above makes it `")
                .push_shape(&have)
                .push("` only sometimes; read an `Option`, or give that stage ")
                .push("`.otherwise(..)` or `.or(..)`"),
        ),
        Offer::Several => Some(
            reads
                .push("`")
                .push(name)
                .push("`, which several stages above it make; rename one of them"),
        ),
    }
}

/// Walks up from the reader.
///
/// A stage that reads the field it makes replaces it, and the walk ends there, unless the stage
/// may be skipped: then the older value may be read too, and has to fit as well.
const fn offer(wiring: &Wiring, name: &str, need: &Shape) -> Offer {
    let mut next = Some(wiring);
    let mut maker: Option<(Shape, bool)> = None;
    let mut skippable_replacement: Option<Shape> = None;
    let mut open = false;
    while let Some(stage) = next {
        next = stage.above;
        match find(stage.makes, name, false) {
            Found::No => {}
            Found::Open => open = true,
            Found::Field { .. } if maker.is_some() => return Offer::Several,
            Found::Field { shape, maybe } => {
                let replaces = !matches!(find(stage.reads, name, false), Found::No);
                if !replaces {
                    maker = Some((shape, maybe));
                } else if !maybe {
                    return judge(need, shape, false);
                } else if fits(need, &shape, false) {
                    skippable_replacement = Some(shape);
                } else {
                    return Offer::Differs(shape);
                }
            }
        }
    }
    match (maker, skippable_replacement) {
        (Some((shape, maybe)), _) => judge(need, shape, maybe),
        (None, Some(shape)) => judge(need, shape, true),
        (None, None) if open => Offer::Fits,
        (None, None) => Offer::Nothing,
    }
}

const fn judge(need: &Shape, have: Shape, maybe: bool) -> Offer {
    if fits(need, &have, maybe) {
        Offer::Fits
    } else if maybe && fits(need, &have, false) {
        Offer::Sometimes(have)
    } else {
        Offer::Differs(have)
    }
}

/// The first field of `wanted` that `made` lacks, as a message; `None` if it can stand in.
pub(crate) const fn lacking(made: &RecordShape, wanted: &RecordShape) -> Option<Text> {
    let mut part = 0;
    while part < wanted.parts.len() {
        match &wanted.parts[part] {
            Part::Own(fields) => {
                let mut field = 0;
                while field < fields.len() {
                    let (name, shape) = &fields[field];
                    let enough = match find(made, name, false) {
                        Found::Open => true,
                        Found::No => matches!(shape, Shape::Option(_)),
                        Found::Field { shape: have, maybe } => fits(shape, &have, maybe),
                    };
                    if !enough {
                        let text = Text::new("the stage that stands in for another makes `")
                            .push(made.name)
                            .push("`, which lacks ")
                            .push_field(name, shape)
                            .push(" of `")
                            .push(wanted.name)
                            .push("`");
                        return Some(text);
                    }
                    field += 1;
                }
            }
            Part::Flat(inner) | Part::Maybe(inner) | Part::Stage { makes: inner, .. } => {
                if let Some(text) = lacking(made, inner) {
                    return Some(text);
                }
            }
        }
        part += 1;
    }
    None
}

/// Whether a field of shape `have`, absent now and then if `maybe`, can be read as `need`.
pub(crate) const fn fits(need: &Shape, have: &Shape, maybe: bool) -> bool {
    match (need, have) {
        (Shape::Any, _) => true,
        (Shape::Option(need), Shape::Option(have)) => fits(need, have, false),
        (Shape::Option(need), have) => fits(need, have, false),
        _ if maybe => false,
        (Shape::Str, Shape::Str)
        | (Shape::Int, Shape::Int)
        | (Shape::Float, Shape::Float | Shape::Int)
        | (Shape::Bool, Shape::Bool) => true,
        (Shape::List(need), Shape::List(have)) | (Shape::Set(need), Shape::Set(have)) => {
            fits(need, have, false)
        }
        (Shape::Dict(need_key, need), Shape::Dict(have_key, have)) => {
            fits(need_key, have_key, false) && fits(need, have, false)
        }
        (Shape::Tuple(need), Shape::Tuple(have)) => all_fit(need, have),
        (Shape::Named(need), Shape::Named(have)) => same(need, have),
        _ => false,
    }
}

const fn all_fit(need: &[Shape], have: &[Shape]) -> bool {
    let mut index = 0;
    while index < need.len() && index < have.len() {
        if !fits(&need[index], &have[index], false) {
            return false;
        }
        index += 1;
    }
    need.len() == have.len()
}

const fn find(record: &RecordShape, name: &str, maybe: bool) -> Found {
    let mut part = record.parts.len();
    while part > 0 {
        part -= 1;
        let found = match &record.parts[part] {
            Part::Own(fields) => own(fields, name, maybe),
            Part::Flat(inner) | Part::Stage { makes: inner, .. } => find(inner, name, maybe),
            Part::Maybe(inner) => find(inner, name, true),
        };
        if !matches!(found, Found::No) {
            return found;
        }
    }
    if record.open { Found::Open } else { Found::No }
}

const fn own(fields: &[(&str, Shape)], name: &str, maybe: bool) -> Found {
    let mut field = 0;
    while field < fields.len() {
        if same(fields[field].0, name) {
            return Found::Field { shape: fields[field].1, maybe };
        }
        field += 1;
    }
    Found::No
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut position = 0;
    while position < one.len() {
        if one[position] != other[position] {
            return false;
        }
        position += 1;
    }
    true
}

const fn contains_dot(name: &str) -> bool {
    let mut position = 0;
    while position < name.len() {
        if name.as_bytes()[position] == b'.' {
            return true;
        }
        position += 1;
    }
    false
}
