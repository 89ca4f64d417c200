# What `cmake --install` lays down, in three components: daemonctx_runtime (the shared library), daemonctx_development
# (static library, header, CMake package, pkg-config file) and daemonctx_documents. Nothing in it names the prefix, so
# that an installed tree can be moved as a whole. Targets of other directories join the one export set,
# daemonctx_targets, with an install() of their own.
include(CMakePackageConfigHelpers)
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/daemonctx)

install(TARGETS daemonctx daemonctx_static EXPORT daemonctx_targets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT daemonctx_runtime NAMELINK_COMPONENT daemonctx_development
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT daemonctx_development)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/include/daemonctx
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT daemonctx_development FILES_MATCHING PATTERN "*.h")

install(EXPORT daemonctx_targets NAMESPACE daemonctx:: FILE daemonctx-targets.cmake
  DESTINATION ${package_directory} COMPONENT daemonctx_development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/daemonctx-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/daemonctx-config.cmake INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/daemonctx-config-version.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/daemonctx-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/daemonctx-config-version.cmake
  DESTINATION ${package_directory} COMPONENT daemonctx_development)

# Directories that were given relative to the prefix stay relative to where the .pc file lies; absolute ones stay as given.
set(pc_directory ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(IS_ABSOLUTE pc_directory pc_fixed)
if(pc_fixed)
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH way_up /prefix/${pc_directory} /prefix)
  string(REGEX REPLACE "/$" "" way_up ${way_up})
  set(pc_prefix "\${pcfiledir}/${way_up}")
endif()
set(pc_includedir "\${prefix}")
set(pc_libdir "\${prefix}")
cmake_path(APPEND pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
cmake_path(APPEND pc_libdir ${CMAKE_INSTALL_LIBDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/daemonctx.pc.in ${CMAKE_CURRENT_BINARY_DIR}/daemonctx.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/daemonctx.pc DESTINATION ${pc_directory} COMPONENT daemonctx_development)

# HTML pages are made before, by another tool, and installed if it is said where they are.
set(DAEMONCTX_HTML_DIRECTORY "" CACHE PATH "HTML documentation to install: the directory of its index.html")
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT daemonctx_documents)
install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/examples/echod.c
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT daemonctx_documents)
if(DAEMONCTX_HTML_DIRECTORY)
  install(DIRECTORY ${DAEMONCTX_HTML_DIRECTORY}/
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/html COMPONENT daemonctx_documents)
endif()

if(PROJECT_IS_TOP_LEVEL)
  include(${CMAKE_CURRENT_LIST_DIR}/package.cmake)
endif()
