//! An output with what `ReAct` did before it answered.

use std::ops::Deref;

use dspex_signature::{FieldType as _, Fields, Part, Record, RecordShape, Value, ValueError};

/// Your output, with the tools that the model called beside it; reads like your output.
#[derive(Clone, Debug, PartialEq)]
pub struct Acted<T> {
    /// What was done, oldest first; the last step is `finish`, unless the steps ran out.
    pub trajectory: Vec<TrajectoryStep>,
    /// What the model thought before it answered.
    pub reasoning: String,
    output: T,
}

/// One step of `ReAct`: a thought, the call of a tool, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TrajectoryStep {
    /// What the model thought.
    pub thought: String,
    /// The tool that it called.
    pub tool: String,
    /// What it called the tool with.
    pub arguments: Fields,
    /// What the tool answered, or the text of its error.
    pub observation: Value,
}

impl<T> Acted<T> {
    /// The names of the fields that the module adds.
    pub const FIELDS: [&'static str; 2] = ["trajectory", "reasoning"];

    /// The output alone.
    pub fn into_inner(self) -> T {
        self.output
    }
}

impl<T> Deref for Acted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

impl<T: Record> Record for Acted<T> {
    const SHAPE: RecordShape = RecordShape {
        name: T::SHAPE.name,
        open: T::SHAPE.open,
        // Not `Part::Own`: what a module adds is read by its full name only, never by wiring.
        parts: &[Part::Flat(&T::SHAPE)],
    };
    const FULL_NAMES: &'static [(&'static str, &'static str)] = T::FULL_NAMES;

    fn into_fields(self) -> Fields {
        let [trajectory, reasoning] = Self::FIELDS;
        let steps = self.trajectory.into_iter().enumerate();
        let steps: Fields = steps.flat_map(|(number, step)| step.into_entries(number)).collect();
        Fields::new()
            .with(trajectory, steps)
            .with(reasoning, self.reasoning)
            .into_iter()
            .chain(self.output.into_fields())
            .collect()
    }

    fn from_fields(fields: &Fields) -> Result<Self, ValueError> {
        let [trajectory, reasoning] = Self::FIELDS;
        let steps = match &fields[trajectory] {
            Value::Map(steps) => steps,
            other => return Err(ValueError::new("dict", other.python_type()).in_field(trajectory)),
        };
        let read = |number| {
            TrajectoryStep::read(steps, number).map_err(|error| error.in_field(trajectory))
        };
        Ok(Self {
            trajectory: numbers(steps).map(read).collect::<Result<_, _>>()?,
            reasoning: fields.get(reasoning)?,
            output: T::from_fields(fields)?,
        })
    }
}

/// The numbers of the steps, as DSPy counts them: from 0, or from where a trajectory was cut that
/// had become too long for the model.
fn numbers(steps: &Fields) -> impl Iterator<Item = usize> {
    let mut numbers: Vec<usize> =
        steps.names().filter_map(|name| name.strip_prefix("tool_name_")?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.into_iter()
}

impl TrajectoryStep {
    /// The step of this number among the entries of a trajectory.
    pub(crate) fn read(steps: &Fields, number: usize) -> Result<Self, ValueError> {
        let arguments = format!("tool_args_{number}");
        Ok(Self {
            thought: steps.get(&format!("thought_{number}"))?,
            tool: steps.get(&format!("tool_name_{number}"))?,
            arguments: match &steps[arguments.as_str()] {
                Value::Map(arguments) => arguments.clone(),
                other => {
                    return Err(ValueError::new("dict", other.python_type()).in_field(&arguments));
                }
            },
            observation: Value::from_value(&steps[format!("observation_{number}").as_str()])?,
        })
    }

    fn into_entries(self, number: usize) -> [(String, Value); 4] {
        [
            (format!("thought_{number}"), self.thought.into()),
            (format!("tool_name_{number}"), self.tool.into()),
            (format!("tool_args_{number}"), self.arguments.into()),
            (format!("observation_{number}"), self.observation),
        ]
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    /// What `dspy.ReAct` of DSPy 3.4.1 answers, from the parity corpus.
    const RECORDED: &str = r#"{"trajectory": {"thought_0": "Think.", "tool_name_0": "add",
        "tool_args_0": {"x": 2, "y": 2}, "observation_0": 4, "thought_1": "Done.",
        "tool_name_1": "finish", "tool_args_1": {}, "observation_1": "Completed."},
        "reasoning": "Because.", "answer": 4}"#;

    fn recorded() -> Fields {
        match Value::from_json(RECORDED) {
            Ok(Value::Map(fields)) => fields,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_trajectory_is_steps() {
        let acted: Acted<Fields> = recorded().to().unwrap();
        assert_eq!(acted.trajectory.len(), 2);
        let first = &acted.trajectory[0];
        assert_eq!((first.thought.as_str(), first.tool.as_str()), ("Think.", "add"));
        assert_eq!(first.arguments, fields! { "x" => 2, "y" => 2 });
        assert_eq!(first.observation, Value::Int(4));
        assert_eq!((acted.reasoning.as_str(), &acted["answer"]), ("Because.", &Value::Int(4)));
        assert_eq!(acted.into_inner(), recorded());
    }

    #[test]
    fn a_cut_trajectory_begins_later() {
        let steps = fields! {
            "thought_10" => "b", "tool_name_10" => "finish", "tool_args_10" => fields! {},
            "thought_9" => "a", "tool_name_9" => "add", "tool_args_9" => fields! {},
        };
        let answer = fields! { "trajectory" => steps, "reasoning" => "" };
        let acted: Acted<Fields> = answer.to().unwrap();
        let thoughts: Vec<_> = acted.trajectory.iter().map(|step| step.thought.as_str()).collect();
        assert_eq!(thoughts, ["a", "b"]);
        assert!(acted.trajectory[0].observation.is_null());
        let Acted { trajectory, reasoning, .. } = acted;
        let again = Acted { trajectory, reasoning, output: Fields::new() }.into_fields();
        assert_eq!(again["trajectory"].as_map().unwrap().len(), 8);
    }

    #[test]
    fn what_is_no_trajectory_is_told() {
        let error = fields! { "reasoning" => "" }.to::<Acted<Fields>>().unwrap_err();
        assert_eq!(error.to_string(), "`trajectory` should be `dict`, found `NoneType`");
        let steps = fields! { "tool_name_0" => "add", "thought_0" => "", "tool_args_0" => 1 };
        let error = fields! { "trajectory" => steps }.to::<Acted<Fields>>().unwrap_err();
        assert_eq!(error.to_string(), "`trajectory.tool_args_0` should be `dict`, found `int`");
    }
}
