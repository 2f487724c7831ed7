//! `#[tool]`: a function that a model may call.
//!
//! The function stays as it is. Beside it stands a type of its name, whose `tool` makes the
//! [`Tool`](https://docs.rs/dspex-signature/latest/dspex_signature/struct.Tool.html): functions and
//! types have names of their own, so that `find_order(..)` and `find_order::tool()` both exist.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    FnArg, ItemFn, Pat, PatType, Path, ReturnType, Safety, Token, TraitItemFn, Type, TypeReference,
};

use crate::fault::Faults;
use crate::parse::{self, Entry, Setting};
use crate::validate::{Derive, FieldDefinition, fields, once, text};
use crate::{crate_path, expand};

const METHOD: &str = "a method cannot be a tool\nhint: write a function whose first parameter is a \
                      reference to the state: `shop: &Shop`";
const GENERIC: &str = "a tool cannot be generic: the model is told one type for each argument";
const OWNED: &str = "an argument is owned, because it is made of what the model says; only the first \
                     parameter, the state, is a reference\nhint: use `String` for `&str` and `Vec` \
                     for slices";

/// What `#[tool]` makes of a function.
pub(crate) fn expand(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let mut faults = Faults::default();
    let mut function: ItemFn = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(_) => {
            let message = match syn::parse2::<TraitItemFn>(item.clone()) {
                Ok(_) => METHOD,
                Err(_) => "`#[tool]` stands on a function",
            };
            let error = syn::Error::new_spanned(item, message).into_compile_error();
            return quote!(#error #item);
        }
    };
    let settings = Settings::read(attribute, &mut faults);
    let dspex = crate_path::private(settings.krate.as_ref());
    refuse(&function, &mut faults);
    let doc = parse::attributes(&function.attrs, &mut faults).doc;
    let state = state(&mut function, &mut faults);
    let arguments = arguments(&mut function, state.is_some(), &mut faults);
    match faults.or(()) {
        Ok(()) => {
            let tool = Tool { settings, doc, state, arguments };
            let made = tool.expand(&function, &dspex);
            quote!(#function #made)
        }
        Err(error) => {
            let error = error.into_compile_error();
            // Within an `impl`, no type can stand beside the function.
            let is_method = matches!(function.sig.inputs.first(), Some(FnArg::Receiver(_)));
            let stub = (!is_method).then(|| stub(&function, state.as_ref(), &dspex));
            quote!(#error #function #stub)
        }
    }
}

/// `#[tool(name = "..", crate = ..)]`.
#[derive(Default)]
struct Settings {
    name: Option<String>,
    krate: Option<Path>,
}

impl Settings {
    fn read(attribute: TokenStream, faults: &mut Faults) -> Self {
        let mut settings = Self::default();
        let entries = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(attribute);
        let entries = entries.unwrap_or_else(|error| {
            faults.push(error);
            Punctuated::new()
        });
        let entries: Vec<Entry> = entries.into_iter().collect();
        for entry in once(&entries, faults) {
            match (entry.key.to_string().as_str(), &entry.value) {
                ("name", _) => settings.name = name(entry, faults),
                ("crate", Some(Setting::Path(path))) => settings.krate = Some(path.clone()),
                ("crate", _) => faults.at(entry, "`crate` takes a path, as in `crate = ::dspex`"),
                _ => faults.unknown(&entry.key, "attribute", &["name", "crate"]),
            }
        }
        settings
    }
}

/// A name that models can call: language models take no other characters in it.
fn name(entry: &Entry, faults: &mut Faults) -> Option<String> {
    let name = text(entry, faults)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_name = !name.value().is_empty() && name.value().bytes().all(is_plain);
    if !is_name {
        faults.at(&name, "a tool's name has letters, digits, `_` and `-`, as in `find_order`");
    }
    is_name.then(|| name.value())
}

/// Functions of which no tool can be made.
fn refuse(function: &ItemFn, faults: &mut Faults) {
    let signature = &function.sig;
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        faults.at(receiver, METHOD);
    }
    if signature.generics.lifetimes().next().is_some() {
        faults.at(&signature.generics.params, "a tool has no lifetimes; leave them out");
    } else if !signature.generics.params.is_empty() {
        faults.at(&signature.generics.params, GENERIC);
    }
    if let Some(variadic) = &signature.variadic {
        faults.at(variadic, "a tool names all of its arguments");
    }
    if let Safety::Unsafe(token) = &signature.safety {
        faults.at(token, "a tool cannot be unsafe: what it is called with comes from a model");
    }
}

/// The type of the state, where the first parameter is a reference.
fn state(function: &mut ItemFn, faults: &mut Faults) -> Option<Type> {
    let Some(FnArg::Typed(first)) = function.sig.inputs.first_mut() else { return None };
    let Type::Reference(reference) = &*first.ty else { return None };
    let TypeReference { lifetime, mutability, elem, .. } = reference;
    let is_text = matches!(&**elem, Type::Path(path) if path.path.is_ident("str"));
    if is_text || matches!(&**elem, Type::Slice(_)) {
        // An argument that is borrowed, and no state.
        return None;
    }
    // One of the function's own is told where it is declared.
    if let Some(lifetime) = lifetime.as_ref().filter(|lifetime| lifetime.ident == "static") {
        faults.at(lifetime, "the state of a tool has no lifetime; leave it out");
    }
    if let Some(mutability) = mutability {
        faults.at(
            mutability,
            "the state of a tool is shared by calls that run side by side\nhint: take `&State` and \
             keep what changes in a `Mutex`",
        );
    }
    Some((**elem).clone())
}

/// The parameters behind the state, as fields; their attributes are taken off the function.
fn arguments(function: &mut ItemFn, has_state: bool, faults: &mut Faults) -> Vec<FieldDefinition> {
    let ident = function.sig.ident.clone();
    let parameters = function.sig.inputs.iter_mut().filter_map(|parameter| match parameter {
        FnArg::Typed(parameter) => Some(parameter),
        FnArg::Receiver(_) => None,
    });
    let mut arguments = Vec::new();
    for parameter in parameters.skip(usize::from(has_state)) {
        if let Some(argument) = argument(parameter, faults) {
            arguments.push(argument);
        }
    }
    fields(arguments, &ident, Derive::FieldType, faults)
}

fn argument(parameter: &mut PatType, faults: &mut Faults) -> Option<syn::Field> {
    let attrs = std::mem::take(&mut parameter.attrs);
    let (own, others) = attrs
        .into_iter()
        .partition(|one| one.path().is_ident("field") || one.path().is_ident("doc"));
    parameter.attrs = others;
    if let Type::Reference(reference) = &*parameter.ty {
        faults.at(reference, OWNED);
        return None;
    }
    if let Type::ImplTrait(generic) = &*parameter.ty {
        faults.at(generic, GENERIC);
        return None;
    }
    let Pat::Ident(name) = &*parameter.pat else {
        faults.at(&parameter.pat, "an argument needs a name: it is what the model is told");
        return None;
    };
    Some(syn::Field {
        attrs: own,
        vis: syn::Visibility::Inherited,
        modifiers: syn::FieldModifiers::default(),
        ident: Some(name.ident.clone()),
        colon_token: Some(parameter.colon_token),
        ty: (*parameter.ty).clone(),
        default: None,
    })
}

/// A function that can be a tool.
struct Tool {
    settings: Settings,
    doc: Option<String>,
    state: Option<Type>,
    arguments: Vec<FieldDefinition>,
}

impl Tool {
    fn expand(&self, function: &ItemFn, dspex: &TokenStream) -> TokenStream {
        let ident = &function.sig.ident;
        let plain = ident.unraw().to_string();
        let (name, desc) =
            (self.settings.name.as_ref().unwrap_or(&plain), self.doc.as_deref().unwrap_or(""));
        let parts = self.arguments.iter().map(|field| expand::field_of(field, dspex));
        let checks = self.arguments.iter().filter_map(|field| expand::check(field, dspex));
        let reads = self.arguments.iter().map(|field| expand::read(field, dspex));
        let locals = expand::locals(&self.arguments);
        let assertions = expand::assertions(&self.arguments, dspex);
        let own_state = self
            .state
            .as_ref()
            .map(|_| quote!(let __dspex_state = ::core::clone::Clone::clone(&__dspex_state);));
        let given = self.state.as_ref().map(|_| quote!(&__dspex_state,));
        let wait = function.sig.asyncness.as_ref().map(|_| quote!(.await));
        let call =
            quote!(#dspex::IntoObservation::into_observation(#ident(#given #(#locals),*) #wait));
        // What cannot be returned is shown where it is written.
        let call = match &function.sig.output {
            ReturnType::Type(_, ty) => expand::respan(call, ty.span()),
            ReturnType::Default => call,
        };
        let make = quote! {
            #dspex::Tool::from_fields(#name, #desc, ::std::vec![#(#parts),*], move |__dspex_fields| {
                #own_state
                ::std::boxed::Box::pin(async move {
                    let __dspex_fields = &__dspex_fields;
                    #(#checks)*
                    #(let #locals = #reads;)*
                    #call
                })
            })
        };
        let type_of_tool = type_of_tool(function, self.state.as_ref(), dspex, &make);
        quote! {
            #type_of_tool
            #assertions
        }
    }
}

/// The type beside the function, with its one function.
fn type_of_tool(
    function: &ItemFn,
    state: Option<&Type>,
    dspex: &TokenStream,
    make: &TokenStream,
) -> TokenStream {
    let ItemFn { sig, vis, .. } = function;
    let ident = &sig.ident;
    let doc = format!("The tool that is made of the function `{}`.", ident.unraw());
    let doc_of_tool = match state {
        Some(_) => "The tool, which calls the function with this state.",
        None => "The tool.",
    };
    let parameter = state.map(|state| quote!(__dspex_state: ::std::sync::Arc<#state>));
    // Where an editor jumps to.
    let tool = Ident::new("tool", ident.span());
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #ident {}

        #[automatically_derived]
        impl #ident {
            #[doc = #doc_of_tool]
            #[allow(dead_code)]
            #[must_use]
            #vis fn #tool(#parameter) -> #dspex::Tool {
                #make
            }
        }
    }
}

/// So that one mistake gives one message: the type, with a tool that is never made.
fn stub(function: &ItemFn, state: Option<&Type>, dspex: &TokenStream) -> TokenStream {
    let panic = quote!(::core::panic!("`#[tool]` found faults"));
    type_of_tool(function, state, dspex, &panic)
}

#[cfg(test)]
mod tests {
    use syn::{Attribute, File, ImplItem, Item};

    use super::*;

    /// A name that a user can write, with what an editor shows of it.
    fn named(ident: &Ident, attributes: &[Attribute]) -> (String, usize, bool) {
        let line = ident.span().start().line;
        (ident.to_string(), line, attributes.iter().any(|one| one.path().is_ident("doc")))
    }

    #[test]
    fn what_stands_beside_the_function_has_its_place_and_a_doc() {
        let item: TokenStream = "\n\nfn find_order(number: String) -> String { number }"
            .parse()
            .expect("the item is Rust");
        let file: File = syn::parse2(expand(TokenStream::new(), &item)).expect("it is Rust");
        let mut names = Vec::new();
        for item in &file.items {
            match item {
                Item::Struct(item) => names.push(named(&item.ident, &item.attrs)),
                Item::Impl(item) if item.trait_.is_none() => {
                    for item in &item.items {
                        let ImplItem::Fn(item) = item else { panic!("{:?}", item.span()) };
                        names.push(named(&item.sig.ident, &item.attrs));
                    }
                }
                Item::Fn(function) => assert_eq!(function.sig.ident, "find_order"),
                Item::Const(item) => assert_eq!(item.ident, "_"),
                _ => panic!("an item that has no place in this test"),
            }
        }
        assert_eq!(names, [("find_order".to_owned(), 3, true), ("tool".to_owned(), 3, true)]);
    }
}
