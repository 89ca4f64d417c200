//! What must not compile: run by rustdoc, as documentation tests.
//!
//! A context is not shared between threads, and neither is what a hook or a handler is given.
//!
//! ```compile_fail,E0277
//! fn is_sync<T: Sync>() {}
//! is_sync::<daemonctx::DaemonContext>();
//! ```
//!
//! ```compile_fail,E0277
//! fn is_sync<T: Sync>() {}
//! is_sync::<daemonctx::HookContext<'static>>();
//! ```
//!
//! ```compile_fail,E0277
//! fn is_sync<T: Sync>() {}
//! is_sync::<daemonctx::SignalContext<'static>>();
//! ```
//!
//! What a hook keeps must live as long as the context.
//!
//! ```compile_fail,E0597
//! let borrowed = std::sync::Mutex::new(1);
//! let kept = &borrowed;
//! daemonctx::DaemonContext::builder().prepare_hook(move |_| { *kept.lock().unwrap() = 2; Ok(()) }).build();
//! ```
//!
//! What is preserved is not given away: it would be closed.
//!
//! ```compile_fail,E0277
//! let file = std::fs::File::open("/dev/null").unwrap();
//! daemonctx::DaemonContext::builder().files_preserve([file]).build();
//! ```
//!
//! ```compile_fail,E0277
//! fn hook(context: &daemonctx::HookContext<'_>) -> daemonctx::HookResult {
//!     Ok(context.preserve(std::fs::File::open("/dev/null")?)?)
//! }
//! ```
//!
//! An async handler is the caller's promise.
//!
//! ```compile_fail,E0133
//! extern "C" fn handler(_: i32) {}
//! daemonctx::DaemonContext::builder().signal_async_handler(10, handler).build();
//! ```
//!
//! So is a fork that counts no threads.
//!
//! ```compile_fail,E0133
//! daemonctx::DaemonContext::builder().fork_unchecked().build();
//! ```
