//! The shapes that the C ABI's functions have: what `raw` makes its methods with.

// Each line becomes a method that calls the C function of that name.
macro_rules! calls {
    ($($name:ident($($argument:ident: $kind:ty),*) => $function:ident;)*) => {
        $(pub(crate) fn $name(&self, $($argument: $kind),*) -> i32 {
            // SAFETY: the handle is valid, and the arguments are plain numbers, which the function checks.
            unsafe { sys::$function(self.handle.as_ptr(), $($argument),*) }
        })*
    };
}

macro_rules! text_setters {
    ($($name:ident($($more:ident: $kind:ty),*) => $function:ident;)*) => {
        $(pub(crate) fn $name(&self, text: &CStr, $($more: $kind),*) -> i32 {
            // SAFETY: the handle is valid, and the text is NUL-terminated; it is copied.
            unsafe { sys::$function(self.handle.as_ptr(), text.as_ptr(), $($more),*) }
        })*
    };
}

// Getters that write one number; None where the option holds none of this kind.
macro_rules! number_getters {
    ($($name:ident: $kind:ty => $function:ident;)*) => {
        $(pub(crate) fn $name(&self) -> Option<$kind> {
            let mut value: $kind = 0;
            // SAFETY: the handle is valid, and the function writes one number of this type.
            let status = unsafe { sys::$function(self.handle.as_ptr(), &mut value) };
            (status >= 0).then_some(value)
        })*
    };
}

macro_rules! text_getters {
    ($($name:ident => $function:ident;)*) => {
        $(pub(crate) fn $name(&self) -> Option<&CStr> {
            let mut text = ptr::null();
            // SAFETY: the handle is valid, and the function writes a pointer, or nothing.
            let status = unsafe { sys::$function(self.handle.as_ptr(), &mut text) };
            // SAFETY: it is NUL-terminated, and lives until the option is set again: see Raw.
            (status >= 0 && !text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
        })*
    };
}

macro_rules! path_and_mode_getters {
    ($($name:ident => $function:ident;)*) => {
        $(pub(crate) fn $name(&self) -> Option<(&CStr, u32)> {
            let mut text = ptr::null();
            let mut mode = 0;
            // SAFETY: the handle is valid, and the function writes a pointer and a number, or nothing.
            let status = unsafe { sys::$function(self.handle.as_ptr(), &mut text, &mut mode) };
            // SAFETY: it is NUL-terminated, and lives until the option is set again: see Raw.
            (status >= 0 && !text.is_null()).then(|| (unsafe { CStr::from_ptr(text) }, mode))
        })*
    };
}

macro_rules! list_getters {
    ($($name:ident: $kind:ty => $function:ident;)*) => {
        $(pub(crate) fn $name(&self) -> &[$kind] {
            let mut items = ptr::null();
            let mut count = 0;
            // SAFETY: the handle is valid, and the function writes a pointer and a length, or nothing.
            let status = unsafe { sys::$function(self.handle.as_ptr(), &mut items, &mut count) };
            if status < 0 || items.is_null() {
                return &[];
            }
            // SAFETY: there are so many, and they live until the option is set again: see Raw.
            unsafe { std::slice::from_raw_parts(items.cast(), count) }
        })*
    };
}

macro_rules! hook_setters {
    ($($name:ident => $function:ident;)*) => {
        $(
            /// # Safety
            /// The function may be called with this user data until the option is set again or the context is freed.
            pub(crate) unsafe fn $name(&self, hook: sys::daemonctx_hook_fn, user_data: *mut c_void) -> i32 {
                // SAFETY: the handle is valid; the rest is the caller's promise.
                unsafe { sys::$function(self.handle.as_ptr(), hook, user_data) }
            }
        )*
    };
}
