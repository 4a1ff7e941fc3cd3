# The relocatable bundle: `cmake --build BUILD --target bundle` makes aifactory-VERSION-linux-ARCH.tar.gz in the build tree.  It holds the program, its
# libraries with their licences, their loader, the catalogue, scenarios and documents, and runs from any folder.
include(CheckCXXSourceCompiles)

# The loader that the program's file names, and whether programs can be linked statically: the launcher must need no loader.
set(CMAKE_REQUIRED_LINK_OPTIONS -static)
check_cxx_source_compiles("#include <cstdio>\nint main() { std::puts(\"\"); }" AIFACTORY_STATIC_LINKING)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(NOT CMAKE_SYSTEM_NAME STREQUAL Linux OR NOT AIFACTORY_STATIC_LINKING)
  message(STATUS "no target `bundle`: it needs Linux, the static C library, and no sanitizer")
  return()
endif()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  set(AIFACTORY_LOADER ld-linux-x86-64.so.2)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(AIFACTORY_LOADER ld-linux-aarch64.so.1)
else()
  message(STATUS "no target `bundle`: the name of the loader of ${CMAKE_SYSTEM_PROCESSOR} is not known to cmake/bundle.cmake")
  return()
endif()

add_executable(aifactory_launcher ${PROJECT_SOURCE_DIR}/tools/launcher/launcher.cc)
target_compile_definitions(aifactory_launcher PRIVATE AIFACTORY_LOADER="${AIFACTORY_LOADER}")
target_link_libraries(aifactory_launcher PRIVATE aifactory_warnings)
target_link_options(aifactory_launcher PRIVATE -static)

set(AIFACTORY_BUNDLE ${PROJECT_NAME}-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
add_custom_target(bundle
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DBUILD=${PROJECT_BINARY_DIR} -DNAME=${AIFACTORY_BUNDLE}
          -DLAUNCHER=$<TARGET_FILE:aifactory_launcher> -DLOADER=${AIFACTORY_LOADER} -DVERSION=${PROJECT_VERSION}
          -P ${PROJECT_SOURCE_DIR}/cmake/make_bundle.cmake
  DEPENDS aifactory aifactory_launcher VERBATIM USES_TERMINAL)
