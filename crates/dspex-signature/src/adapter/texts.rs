//! Values as a prompt shows them, without a signature around them.

use super::{
    Adapter, FormatError,
    prepared::{trim_end, write_input},
    render, xml,
};
use crate::{Field, Fields, Type};

impl Adapter {
    /// The values as a prompt shows inputs of type `str`, in their order, and nothing else: how
    /// `dspy.ReAct` tells a model what it did so far.
    ///
    /// ```
    /// use dspex_signature::{Adapter, fields};
    ///
    /// let steps = fields! { "thought_0" => "Look it up.", "observation_0" => ["Leeds", "York"] };
    /// let shown = Adapter::Xml.show_texts(&steps)?;
    /// assert_eq!(shown, "<thought_0>\nLook it up.\n</thought_0>\n\n\
    ///     <observation_0>\n[1] «Leeds»\n[2] «York»\n</observation_0>");
    /// # Ok::<(), dspex_signature::FormatError>(())
    /// ```
    ///
    /// # Errors
    /// [`FormatError::Refused`] for a list that holds more than texts, which DSPy does not show.
    pub fn show_texts(self, values: &Fields) -> Result<String, FormatError> {
        let write = match self {
            Self::Chat | Self::Json => write_input,
            Self::Xml => xml::write_field,
        };
        let mut content = String::new();
        for (name, value) in values.iter() {
            write(&Field::new(name, Type::Str), value, &mut content)?;
        }
        render::no_media(&content)?;
        trim_end(&mut content);
        Ok(content)
    }
}
