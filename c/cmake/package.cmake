# Debian packages by CPack: libdaemonctx1, libdaemonctx-dev, daemonctx-doc. package.sh is the way to build them.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME daemonctx)
set(CPACK_PACKAGE_VENDOR "daemonctx contributors")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# Whatever the umask of who builds them.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(library_package libdaemonctx${PROJECT_VERSION_MAJOR})
set(runtime_package ${library_package})
set(development_package libdaemonctx-dev)
set(documents_package daemonctx-doc)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL "")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SOURCE daemonctx)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "daemonctx contributors <daemonctx@example.org>" CACHE STRING
  "Who answers for the Debian packages, as 'name <address>'")

# Each package carries what Debian asks of it: its copyright, and a changelog in Debian's form, which names the other.
# These components belong to no ordinary installation.
set(control ${CMAKE_CURRENT_BINARY_DIR}/debian)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # SOURCE_DATE_EPOCH's, where it is set
file(WRITE ${control}/changelog "daemonctx (${PROJECT_VERSION}) unstable; urgency=medium

  * What is new is told by CHANGELOG.md, in the package ${documents_package}.

 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}
")
find_program(DAEMONCTX_GZIP gzip)
mark_as_advanced(DAEMONCTX_GZIP)
foreach(group runtime development documents)
  string(TOUPPER ${group} upper)
  set(package ${${group}_package})
  list(APPEND CPACK_COMPONENTS_ALL daemonctx_${group} debian_${group})
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package})

  set(directory ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package})
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
    DESTINATION ${directory} COMPONENT debian_${group} EXCLUDE_FROM_ALL)
  # Without name and time in it, the same text is the same bytes.
  set(changelog "\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${directory}/changelog.gz")
  install(CODE "execute_process(COMMAND \"${DAEMONCTX_GZIP}\" -9nc \"${control}/changelog\"
    OUTPUT_FILE \"${changelog}\" COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD \"${changelog}\" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)"
    COMPONENT debian_${group} EXCLUDE_FROM_ALL)
endforeach()
# In the directory of the package lies by then what daemonctx_documents installs.
install(CODE "file(GLOB pages \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}/man*/*.[0-9]\")
  if(pages)
    execute_process(COMMAND \"${DAEMONCTX_GZIP}\" -9n \${pages} COMMAND_ERROR_IS_FATAL ANY)
  endif()"
  COMPONENT debian_documents EXCLUDE_FROM_ALL)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DOCUMENTS_PACKAGE_SECTION doc)
# CPack puts the summary, if it is not the one that it makes up itself, before each description, and the first line of a
# description is then no synopsis.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${CMAKE_PROJECT_NAME} built using CMake")
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "becoming a well-behaved Unix daemon - shared library
libdaemonctx turns a running program into a daemon, as PEP 3143 describes it:
it detaches, tells the launcher the truth about the launch, holds a locked pid
file, drops privileges and verifies it, and turns signals into events.
.
This package contains the shared library.")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "becoming a well-behaved Unix daemon - development files
This package contains what programs that use libdaemonctx are built with: the
headers, the static library, the CMake package and the pkg-config file.")
set(CPACK_DEBIAN_DOCUMENTS_DESCRIPTION "becoming a well-behaved Unix daemon - documents
This package contains the documents and examples of libdaemonctx.")

# The library's own dependencies come from package.sh: CPack would add scripts that call ldconfig, which a trigger does.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION}), libc6-dev | libc-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "${documents_package}, pkg-config")
set(CPACK_DEBIAN_DOCUMENTS_PACKAGE_ARCHITECTURE all)

# Which version of the library a program needs is decided by the symbols that it uses. A symbol came with the version of
# its node, so that the map alone says it.
file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/abi/daemonctx.map map_lines)
set(shared_object libdaemonctx.so.${PROJECT_VERSION_MAJOR})
set(symbols "")
foreach(line ${map_lines})
  if(line MATCHES "^(DAEMONCTX_([0-9.]+)) \\{")
    set(node ${CMAKE_MATCH_1})
    set(since ${CMAKE_MATCH_2})
    list(APPEND symbols "${node}@${node} ${since}")
  elseif(line MATCHES "^ +(daemonctx_[a-z0-9_]+)[;]?$")
    list(APPEND symbols "${CMAKE_MATCH_1}@${node} ${since}")
  endif()
endforeach()
list(SORT symbols)
list(TRANSFORM symbols PREPEND " ")
list(JOIN symbols "\n" symbols)
file(WRITE ${control}/symbols "${shared_object} ${library_package} #MINVER#
* Build-Depends-Package: ${development_package}
${symbols}
")
file(WRITE ${control}/shlibs "libdaemonctx ${PROJECT_VERSION_MAJOR} ${library_package} (>= ${PROJECT_VERSION})\n")
file(WRITE ${control}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${control}/symbols ${control}/shlibs ${control}/triggers)

include(CPack)
foreach(group runtime development documents)
  cpack_add_component_group(${group})
  foreach(component daemonctx_${group} debian_${group})
    cpack_add_component(${component} GROUP ${group})
  endforeach()
endforeach()
