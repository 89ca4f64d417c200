//! Raw declarations of `libdaemonctx`, made by bindgen from its C header: all `unsafe`, nothing added.
//!
//! The crate `daemonctx` is the one to use; this one links the library. It looks for an installed one with `pkg-config`;
//! where there is none, and with the feature `vendored`, it builds the C sources with the system's C compiler (`CC`) and
//! links them statically.
//!
//! The documentation of the items is the C header's own.
#![no_std]
#![allow(non_camel_case_types)]

// Written for Doxygen: its brackets and angles are no links and no HTML.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, rustdoc::bare_urls)]
#[rustfmt::skip]
mod bindings;

pub use bindings::*;
