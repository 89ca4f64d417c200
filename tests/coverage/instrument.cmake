# Included at the end of project(): instruments the library, and nothing else, for clang's coverage. The counters are in
# a file that the process maps when it starts ("%c", continuous mode), and that its children share: so also what a process
# does counts that ends by _exit() or by a signal, has another user's rights, or is in another root directory.
function(daemonctx_instrument)
  target_compile_options(daemonctx_objects PRIVATE -fprofile-instr-generate -fcoverage-mapping
    "SHELL:-mllvm -runtime-counter-relocation")
  target_link_options(daemonctx PRIVATE -fprofile-instr-generate)
  target_link_options(daemonctx_static INTERFACE -fprofile-instr-generate)
endfunction()
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL daemonctx_instrument)
