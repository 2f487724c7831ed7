//! A parsed file, read key by key while every fault is kept.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use dspex_signature::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigFault, Place};
use super::units;

/// The whole document and the faults found in it so far.
pub(super) struct Document<'a> {
    source: &'a str,
    root: DeTable<'a>,
    overrides: &'a BTreeMap<String, String>,
    faults: RefCell<Vec<ConfigFault>>,
}

/// One table of the document, or a place where none stands and only variables can speak.
pub(super) struct Section<'a> {
    document: &'a Document<'a>,
    path: String,
    table: Option<&'a DeTable<'a>>,
    line: usize,
}

/// A setting as it was found.
enum Found<'a> {
    File(&'a DeValue<'a>),
    Variable(&'a str),
}

impl<'a> Document<'a> {
    /// Reads `source`; `overrides` maps lower-case dotted paths to the values that go before it.
    pub(super) fn parse(source: &'a str, overrides: &'a BTreeMap<String, String>) -> Self {
        let (root, errors) = DeTable::parse_recoverable(source);
        let fault = |error: toml::de::Error| {
            let place =
                error.span().map_or(Place::File, |span| Place::Line(line(source, span.start)));
            ConfigFault::new(place, format!("not TOML: {}", error.message().replace('\n', ", ")))
        };
        let faults = RefCell::new(errors.into_iter().map(fault).collect());
        Self { source, root: root.into_inner(), overrides, faults }
    }

    /// The top of the document.
    pub(super) fn root(&self) -> Section<'_> {
        Section { document: self, path: String::new(), table: Some(&self.root), line: 1 }
    }

    pub(super) fn fault(&self, fault: ConfigFault) {
        self.faults.borrow_mut().push(fault);
    }

    pub(super) fn into_faults(self) -> Vec<ConfigFault> {
        self.faults.into_inner()
    }
}

impl<'a> Section<'a> {
    /// The path of `key` from the top: `lm.default.model`.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The table under `key`; an empty one where there is none.
    pub(super) fn section(&self, key: &str) -> Section<'a> {
        let path = self.path(key);
        let (table, line) = match self.entry(key) {
            Some(value) => match value.get_ref() {
                DeValue::Table(table) => (Some(table), self.line_of(value)),
                other => {
                    self.wrong::<()>(key, "a table", other.type_str());
                    (None, self.line)
                }
            },
            None => (None, self.line),
        };
        Section { document: self.document, path, table, line }
    }

    /// The tables of this section by name, those named only by variables included.
    pub(super) fn sections(&self) -> Vec<(String, Section<'a>)> {
        let mut names: Vec<String> = self
            .table
            .into_iter()
            .flat_map(DeTable::keys)
            .map(|key| key.get_ref().to_string())
            .collect();
        let prefix = format!("{}.", self.path);
        for path in self.document.overrides.keys() {
            let name = path.strip_prefix(&prefix).and_then(|rest| rest.split_once('.'));
            if let Some((name, _)) = name
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
        names.into_iter().map(|name| (name.clone(), self.section(&name))).collect()
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        match self.find(key)? {
            Found::Variable(text) => Some(text.to_owned()),
            Found::File(DeValue::String(text)) => Some(text.to_string()),
            Found::File(other) => self.wrong(key, "text", other.type_str()),
        }
    }

    pub(super) fn bool(&self, key: &str) -> Option<bool> {
        match self.find(key)? {
            Found::File(DeValue::Boolean(bool)) => Some(*bool),
            Found::File(other) => self.wrong(key, "true or false", other.type_str()),
            Found::Variable(text) => {
                text.parse().ok().or_else(|| self.wrong(key, "true or false", text))
            }
        }
    }

    /// A whole number of at least `least`.
    pub(super) fn count(&self, key: &str, least: u64) -> Option<u64> {
        let expected = format!("a whole number of at least {least}");
        let (read, found) = match self.find(key)? {
            Found::File(DeValue::Integer(integer)) => {
                (u64::from_str_radix(integer.as_str(), integer.radix()).ok(), integer.as_str())
            }
            Found::File(other) => (None, other.type_str()),
            Found::Variable(text) => (text.parse().ok(), text),
        };
        read.filter(|count| *count >= least).or_else(|| self.wrong(key, &expected, found))
    }

    pub(super) fn float(&self, key: &str) -> Option<f64> {
        let (read, found) = match self.find(key)? {
            Found::File(DeValue::Float(float)) => (float.as_str().parse().ok(), float.as_str()),
            Found::File(DeValue::Integer(integer)) => {
                (integer.as_str().parse().ok(), integer.as_str())
            }
            Found::File(other) => (None, other.type_str()),
            Found::Variable(text) => (text.parse().ok(), text),
        };
        read.filter(|float: &f64| float.is_finite()).or_else(|| self.wrong(key, "a number", found))
    }

    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        let text = self.text(key)?;
        let expected = "a duration with a unit, such as \"250ms\", \"2s\" or \"1h\"";
        units::duration(&text).or_else(|| self.wrong(key, expected, &format!("{text:?}")))
    }

    pub(super) fn megabytes(&self, key: &str) -> Option<u64> {
        let text = self.text(key)?;
        let expected = "a size with a unit, such as \"512MB\" or \"4GB\"";
        units::megabytes(&text).or_else(|| self.wrong(key, expected, &format!("{text:?}")))
    }

    /// A text or a list of texts; a variable separates them by commas.
    pub(super) fn text_or_texts(&self, key: &str) -> Option<Vec<String>> {
        match self.find(key)? {
            Found::File(DeValue::String(text)) => Some(vec![text.to_string()]),
            Found::Variable(_) | Found::File(DeValue::Array(_)) => self.texts(key),
            Found::File(other) => self.wrong(key, "a text or a list of texts", other.type_str()),
        }
    }

    /// A list of texts; a variable separates them by commas.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<String>> {
        match self.find(key)? {
            Found::Variable(text) => {
                Some(text.split(',').map(|part| part.trim().to_owned()).collect())
            }
            Found::File(DeValue::Array(items)) => {
                let texts: Option<Vec<_>> =
                    items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
                texts.or_else(|| self.wrong(key, "a list of texts", "a list of something else"))
            }
            Found::File(other) => self.wrong(key, "a list of texts", other.type_str()),
        }
    }

    /// A list of small whole numbers.
    pub(super) fn numbers(&self, key: &str) -> Option<Vec<u32>> {
        let expected = "a list of whole numbers";
        let read: Option<Vec<u32>> = match self.find(key)? {
            Found::Variable(text) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| part.parse().ok()).collect()
            }
            Found::File(DeValue::Array(items)) => {
                let number = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
                    DeValue::Integer(integer) => {
                        u32::from_str_radix(integer.as_str(), integer.radix()).ok()
                    }
                    _ => None,
                };
                items.iter().map(number).collect()
            }
            Found::File(other) => return self.wrong(key, expected, other.type_str()),
        };
        read.or_else(|| self.wrong(key, expected, "a list of something else"))
    }

    /// Whether the file or a variable says anything about `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// Whether a table stands under `key` in the file.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.entry(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// Faults every key that is neither `known` nor `later`, and says of the latter that they
    /// are not supported yet.
    pub(super) fn close(&self, known: &[&str], later: &[&str]) {
        for (key, value) in self.table.into_iter().flatten() {
            let key: &str = key.get_ref();
            let place = Place::Line(self.line_of(value));
            self.check_key(key, place, known, later);
        }
        let prefix = if self.path.is_empty() { String::new() } else { format!("{}.", self.path) };
        for path in self.document.overrides.keys() {
            let Some(rest) = path.strip_prefix(&prefix) else { continue };
            let key = rest.split('.').next().unwrap_or(rest);
            if self.entry(key).is_none() {
                self.check_key(key, Place::Variable(variable(path)), known, later);
            }
        }
    }

    fn check_key(&self, key: &str, place: Place, known: &[&str], later: &[&str]) {
        let path = self.path(key);
        if known.contains(&key) {
            return;
        }
        self.document.fault(if later.contains(&key) {
            ConfigFault::new(place, format!("`{path}` is not supported yet"))
                .with_hint("take it out; the README's status table says what is there")
        } else {
            let fault = ConfigFault::new(place, format!("`{path}` is not a setting"));
            let settings: Vec<&str> = known.iter().chain(later).copied().collect();
            match nearest(key, &settings) {
                Some(near) => fault.with_hint(format!("did you mean `{near}`?")),
                None => fault.with_hint(format!("settings here are {}", list(known))),
            }
        });
    }

    /// What one of these words stands for.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let written = self.text(key)?;
        let known = words.iter().find(|(word, _)| *word == written);
        if known.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let hint = match nearest(&written, &words) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => format!("it is one of {}", list(&words)),
            };
            self.fault(key, format!("`{}` is `{written}`", self.path(key)), Some(&hint));
        }
        known.map(|(_, meaning)| *meaning)
    }

    /// Reports a fault of `key`.
    pub(super) fn fault(&self, key: &str, message: impl Into<String>, hint: Option<&str>) {
        let fault = ConfigFault::new(self.place(key), message);
        self.document.fault(match hint {
            Some(hint) => fault.with_hint(hint),
            None => fault,
        });
    }

    fn wrong<T>(&self, key: &str, expected: &str, found: &str) -> Option<T> {
        self.fault(key, format!("`{}` should be {expected}, not {found}", self.path(key)), None);
        None
    }

    fn place(&self, key: &str) -> Place {
        let path = self.path(key);
        match (self.document.overrides.contains_key(&path.to_lowercase()), self.entry(key)) {
            (true, _) => Place::Variable(variable(&path)),
            (false, Some(value)) => Place::Line(self.line_of(value)),
            (false, None) => Place::Line(self.line),
        }
    }

    fn find(&self, key: &str) -> Option<Found<'a>> {
        match self.document.overrides.get(&self.path(key).to_lowercase()) {
            Some(text) => Some(Found::Variable(text)),
            None => self.entry(key).map(|value| Found::File(value.get_ref())),
        }
    }

    fn entry(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.and_then(|table| table.get(key))
    }

    fn line_of(&self, value: &Spanned<DeValue<'_>>) -> usize {
        line(self.document.source, value.span().start)
    }
}

/// `pool.general.n_workers` as `DSPEX__POOL__GENERAL__N_WORKERS`.
fn variable(path: &str) -> String {
    format!("{}{}", super::VARIABLE_PREFIX, path.replace('.', "__").to_uppercase())
}

fn line(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
