//! Elements as text again, as `ElementTree.tostring` writes them.

use std::collections::HashMap;

use super::{document::Element, namespace::XML_NAMESPACE};

/// The prefixes that `ElementTree` gives to namespaces it knows, beside `xml`.
const WELL_KNOWN: [(&str, &str); 6] = [
    ("http://www.w3.org/1999/xhtml", "html"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"),
    ("http://schemas.xmlsoap.org/wsdl/", "wsdl"),
    ("http://www.w3.org/2001/XMLSchema", "xs"),
    ("http://www.w3.org/2001/XMLSchema-instance", "xsi"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
];

/// Elements stand deeper inside one another than Python's recursion is certain to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooDeep;

/// Appends an element and the text behind it; at most `max_depth` elements stand in one another.
pub(super) fn write(
    element: Element<'_>,
    max_depth: usize,
    out: &mut String,
) -> Result<(), TooDeep> {
    let mut namespaces = Namespaces::default();
    walk(element, max_depth, |step| {
        if let Step::Start(element) = step {
            namespaces.gather(element);
        }
    })?;
    let mut is_first = true;
    walk(element, max_depth, |step| match step {
        Step::Start(element) => {
            out.push('<');
            namespaces.write_name(element.qualified_name(), out);
            if std::mem::take(&mut is_first) {
                namespaces.declare(out);
            }
            for (namespace, local, value) in element.attributes() {
                out.push(' ');
                namespaces.write_name((namespace, local), out);
                out.push_str("=\"");
                escape_attribute(value, out);
                out.push('"');
            }
            if has_content(element) {
                out.push('>');
                escape(element.text(), out);
            } else {
                out.push_str(" />");
            }
        }
        Step::End(element) => {
            if has_content(element) {
                out.push_str("</");
                namespaces.write_name(element.qualified_name(), out);
                out.push('>');
            }
            escape(element.tail(), out);
        }
    })
}

fn has_content(element: Element<'_>) -> bool {
    element.has_children() || !element.text().is_empty()
}

enum Step<'d> {
    Start(Element<'d>),
    End(Element<'d>),
}

/// Goes through an element and all within it, in the order of the text.
fn walk<'d>(
    top: Element<'d>,
    max_depth: usize,
    mut visit: impl FnMut(Step<'d>),
) -> Result<(), TooDeep> {
    let mut open = Vec::new();
    let mut next = Some(top);
    loop {
        let Some(element) = next else {
            let Some(element) = open.pop() else { return Ok(()) };
            visit(Step::End(element));
            next = if open.is_empty() { None } else { element.next_sibling() };
            continue;
        };
        visit(Step::Start(element));
        open.push(element);
        if open.len() > max_depth {
            return Err(TooDeep);
        }
        next = element.first_child();
    }
}

/// The namespaces of a tree and their prefixes.
#[derive(Default)]
struct Namespaces<'d>(HashMap<&'d str, String>);

impl<'d> Namespaces<'d> {
    fn gather(&mut self, element: Element<'d>) {
        let own = element.qualified_name().0;
        let of_attributes = element.attributes().map(|(namespace, ..)| namespace);
        for namespace in std::iter::once(own).chain(of_attributes) {
            if namespace.is_empty() || self.prefix(namespace).is_some() {
                continue;
            }
            let known = WELL_KNOWN.iter().find(|(known, _)| *known == namespace);
            let prefix = match known {
                Some((_, prefix)) => (*prefix).to_owned(),
                None => format!("ns{}", self.0.len()),
            };
            self.0.insert(namespace, prefix);
        }
    }

    fn prefix(&self, namespace: &str) -> Option<&str> {
        match namespace {
            XML_NAMESPACE => Some("xml"),
            _ => self.0.get(namespace).map(String::as_str),
        }
    }

    fn write_name(&self, (namespace, local): (&str, &str), out: &mut String) {
        if let Some(prefix) = self.prefix(namespace) {
            out.extend([prefix, ":"]);
        }
        out.push_str(local);
    }

    fn declare(&self, out: &mut String) {
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort_by_key(|(_, prefix)| *prefix);
        for (namespace, prefix) in sorted {
            out.extend([" xmlns:", prefix, "=\""]);
            escape_attribute(namespace, out);
            out.push('"');
        }
    }
}

fn escape(text: &str, out: &mut String) {
    escape_with(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    });
}

fn escape_attribute(text: &str, out: &mut String) {
    escape_with(text, out, |char| match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\r' => Some("&#13;"),
        '\n' => Some("&#10;"),
        '\t' => Some("&#09;"),
        _ => None,
    });
}

/// Appends a text with some characters written otherwise.
pub(super) fn escape_with(
    text: &str,
    out: &mut String,
    escaped: impl Fn(char) -> Option<&'static str>,
) {
    let mut rest = text;
    while let Some((at, escape)) =
        rest.char_indices().find_map(|(at, char)| escaped(char).map(|escape| (at, escape)))
    {
        out.push_str(&rest[..at]);
        out.push_str(escape);
        // All that is escaped is ASCII.
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
