//! The options of a context, one method each, and how they are refused.

use std::ffi::{CStr, CString};
use std::fmt::Display;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::context::DaemonContext;
use crate::error::Error;
use crate::inner::Inner;
use crate::raw::Raw;

mod beyond;
mod callbacks;
mod pep;
mod signal_map;
mod streams;

/// The options of a daemon: those of PEP 3143 under their names, and more.
///
/// What is left out has its default. A value that is refused is remembered, until that option is set to one that is taken;
/// [`build`](Builder::build), [`open`](Builder::open) and [`run`](Builder::run) then return the first refusal. So a chain of
/// calls needs one `?`, and a refused `user` never ends as a daemon that is still root.
///
/// ```no_run
/// use daemonctx::{signal, DaemonContext, Disposition, Stream};
///
/// # fn main() -> Result<(), daemonctx::Error> {
/// let mut context = DaemonContext::builder()
///     .working_directory("/var/lib/foo")
///     .pidfile("/run/foo.pid")
///     .user("foo")
///     .stderr(Stream::append("/var/log/foo.log"))
///     .signal_map([(signal::SIGINT, Disposition::Terminate)])
///     .open()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built, opened or run"]
pub struct Builder {
    context: DaemonContext,
    refused_here: Vec<Refusal>, // not those of before, which the context knows too
}

// The name of an option; for the signal map the signal too, as each of its entries is refused on its own.
type Name = (&'static str, i32);

// An option that holds no value that was taken since.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    name: Name,
    error: Error,
    is_known_to_c: bool, // the C library remembers it too
}

// Of the refusals that the C library never saw, the first.
pub(crate) fn unknown_to_c(refusals: &[Refusal]) -> Option<&Error> {
    refusals.iter().find(|refusal| !refusal.is_known_to_c).map(|refusal| &refusal.error)
}

impl Builder {
    pub(crate) fn of(context: DaemonContext) -> Self {
        Self { context, refused_here: Vec::new() }
    }

    /// A closed context with these options.
    ///
    /// # Errors
    /// The first option that was refused.
    pub fn build(self) -> Result<DaemonContext, Error> {
        match self.context.refusals.first() {
            Some(refusal) => Err(refusal.error.clone()),
            None => Ok(self.context),
        }
    }

    /// Become a daemon: it returns in the daemon. The process that called it has ended with success.
    ///
    /// # Errors
    /// The first option that was refused, or whatever [`DaemonContext::open`] returns.
    pub fn open(self) -> Result<DaemonContext, Error> {
        let mut context = self.build()?;
        context.open()?;
        Ok(context)
    }

    /// Become a daemon, and call a function in it; close when it returns.
    ///
    /// If it fails or panics before the daemon is ready, its words are what the launcher's user reads: see
    /// [`DaemonContext::run`].
    ///
    /// ```no_run
    /// use daemonctx::{DaemonContext, Event, ReadyMode};
    /// use std::net::TcpListener;
    ///
    /// fn main() -> Result<(), Box<dyn std::error::Error>> {
    ///     DaemonContext::builder().ready_mode(ReadyMode::Manual).run(|context| {
    ///         let listener = TcpListener::bind("127.0.0.1:7")?; // told in the terminal if it cannot be
    ///         context.notify_ready()?;
    ///         while context.wait_events(None)? != Event::Terminated {}
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// Why there is no daemon, or whatever the function returns.
    pub fn run<T, E>(self, function: impl FnOnce(&mut DaemonContext) -> Result<T, E>) -> Result<T, E>
    where
        E: Display + From<Error>,
    {
        self.open()?.run(function)
    }

    pub(crate) fn first_refused_here(&self) -> Option<Error> {
        self.refused_here.first().map(|refusal| refusal.error.clone())
    }

    #[cfg(test)]
    pub(crate) fn peek(&self) -> &DaemonContext {
        &self.context
    }

    // As it is, with whatever was refused.
    pub(crate) fn into_context(self) -> DaemonContext {
        self.context
    }

    fn inner(&self) -> &Inner {
        self.context.inner()
    }

    // After a setter: the value was not taken, and what was stored before stays in force.
    fn is_refused(&self, name: Name) -> bool {
        self.refused_here.iter().any(|refusal| refusal.name == name)
    }

    fn refused_names(&self) -> impl Iterator<Item = Name> + '_ {
        self.context.refusals.iter().map(|refusal| refusal.name)
    }

    // Calls a setter. Success forgets the refusals of all options named, of which the first is the one that is set.
    fn set(mut self, names: &[Name], setter: impl FnOnce(&Raw) -> i32) -> Self {
        let raw = self.inner().raw();
        match raw.recorded(setter(raw)) {
            Ok(_) => {
                for refusals in [&mut self.context.refusals, &mut self.refused_here] {
                    refusals.retain(|refusal| !names.contains(&refusal.name));
                }
            }
            Err(error) => self.refuse(names[0], error, true),
        }
        self
    }

    // The first refusal of an option is the one to mend.
    fn refuse(&mut self, name: Name, error: Error, is_known_to_c: bool) {
        for refusals in [&mut self.context.refusals, &mut self.refused_here] {
            if !refusals.iter().any(|refusal| refusal.name == name) {
                refusals.push(Refusal { name, error: error.clone(), is_known_to_c });
            }
        }
    }

    fn set_number(self, option: &'static str, setter: impl FnOnce(&Raw) -> i32) -> Self {
        self.set(&[(option, 0)], setter)
    }

    fn set_text(mut self, names: &[Name], text: &[u8], setter: impl FnOnce(&Raw, &CStr) -> i32) -> Self {
        match CString::new(text) {
            Ok(text) => self.set(names, |raw| setter(raw, &text)),
            Err(error) => {
                self.refuse(names[0], Error::nul(&format!("cannot set {}: it", names[0].0), &error), false);
                self
            }
        }
    }

    fn set_path(self, names: &[Name], path: &Path, setter: impl FnOnce(&Raw, &CStr) -> i32) -> Self {
        self.set_text(names, path.as_os_str().as_bytes(), setter)
    }
}
