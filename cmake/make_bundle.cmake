# cmake -DSOURCE= -DBUILD= -DNAME= -DVERSION= -DLAUNCHER= -DLOADER= [-DOUT=FOLDER] -P make_bundle.cmake: lays the bundle NAME out in OUT (by default
# BUILD) and packs it to NAME.tar.gz.  The same tree, build and libraries give the same bytes.
cmake_minimum_required(VERSION 3.25)
if(NOT OUT)
  set(OUT ${BUILD})
endif()
set(root ${OUT}/${NAME})
file(REMOVE_RECURSE ${root})

# The program as it is installed, with headers and CMake package for policies in libraries of their own.  The launcher takes its place in bin/.
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${root} --strip OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(MAKE_DIRECTORY ${root}/libexec ${root}/lib)
file(RENAME ${root}/bin/aifactory ${root}/libexec/aifactory)
file(COPY_FILE ${LAUNCHER} ${root}/bin/aifactory)
find_program(STRIP strip REQUIRED)
execute_process(COMMAND ${STRIP} ${root}/bin/aifactory COMMAND_ERROR_IS_FATAL ANY)

# What the user reads and runs, where the documents expect it.
file(COPY ${SOURCE}/README.md ${SOURCE}/CHANGELOG.md ${SOURCE}/LICENSE ${SOURCE}/docs ${SOURCE}/scenarios ${SOURCE}/examples DESTINATION ${root}
     PATTERN results EXCLUDE PATTERN __pycache__ EXCLUDE)
file(COPY ${SOURCE}/tools/python DESTINATION ${root}/tools PATTERN __pycache__ EXCLUDE)
file(REMOVE_RECURSE ${root}/scenarios/catalog)
file(CREATE_LINK ../share/aifactory/catalog ${root}/scenarios/catalog SYMBOLIC)
configure_file(${SOURCE}/cmake/bundle_readme.in ${root}/BUNDLE.txt @ONLY)

# Libraries, the loader among them: the C library needs it by name.
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${root}/libexec/aifactory RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing)
if(missing)
  message(FATAL_ERROR "libraries of the program that are not found: ${missing}")
endif()
list(SORT libraries)
set(files)
foreach(library ${libraries})
  get_filename_component(name ${library} NAME)
  get_filename_component(file ${library} REALPATH)
  file(COPY_FILE ${file} ${root}/lib/${name})
  list(APPEND files ${file})
endforeach()
if(NOT EXISTS ${root}/lib/${LOADER})
  message(FATAL_ERROR "the loader ${LOADER} is not among the libraries of the program: ${libraries}")
endif()
file(CHMOD ${root}/lib/${LOADER} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

include(${CMAKE_CURRENT_LIST_DIR}/bundle_licences.cmake)
bundle_licences(${root}/licences "${files}")

# Dates of the last commit, no owners, names in order.
find_program(GIT git)
set(date 0)
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} log -1 --format=%ct OUTPUT_VARIABLE described RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(date ${described})
  endif()
endif()
set(archive ${OUT}/${NAME}.tar.gz)
execute_process(
  COMMAND tar --create --directory ${OUT} --sort=name --format=gnu --mtime=@${date} --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w ${NAME}
  COMMAND gzip --no-name -6 OUTPUT_FILE ${archive}.new COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${archive}.new ${archive})
file(REMOVE_RECURSE ${root})
file(SIZE ${archive} bytes)
math(EXPR megabytes "(${bytes} + 500000) / 1000000")
list(LENGTH libraries count)
message(STATUS "${archive}: ${megabytes} MB, ${count} libraries")
