# Installs the project `build` under `prefix`: of the library, which it fetched for itself, nothing may come along.
file(REMOVE_RECURSE ${prefix})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${build} --prefix ${prefix} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE installed ${prefix}/*)
if(installed)
  message(FATAL_ERROR "installed with the project: ${installed}")
endif()
