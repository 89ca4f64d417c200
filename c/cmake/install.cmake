# What `cmake --install` lays down: both libraries, the header, the CMake package and the pkg-config file. Nothing in it
# names the prefix, so that an installed tree can be moved as a whole.
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
