# The CMake package that `cmake --install` leaves behind, for scheduling policies in libraries of their own:
#   find_package(aifactory) -> target aifactory::scheduling, headers only: the program that loads a library has the code.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(public_headers
  models/error.h models/time.h models/units.h models/workload/job.h models/workload/label.h
  models/scheduling/actions.h models/scheduling/availability_profile.h models/scheduling/blocks.h models/scheduling/domain_counts.h
  models/scheduling/easy_book.h
  models/scheduling/forecast.h models/scheduling/node_set.h models/scheduling/order.h models/scheduling/place.h
  models/scheduling/plugin.h models/scheduling/policy.h models/scheduling/running_jobs.h models/scheduling/select.h models/scheduling/share_counts.h
  models/scheduling/tenant_usage.h
  models/scheduling/topology.h models/scheduling/view.h models/scheduling/waiting_queue.h)
foreach(header ${public_headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/aifactory/${folder})
endforeach()

add_library(aifactory_scheduling INTERFACE)
add_library(aifactory::scheduling ALIAS aifactory_scheduling)
target_include_directories(aifactory_scheduling INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/aifactory>)
target_compile_features(aifactory_scheduling INTERFACE cxx_std_20)
set_target_properties(aifactory_scheduling PROPERTIES EXPORT_NAME scheduling)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/aifactory)
install(TARGETS aifactory_scheduling EXPORT aifactory)
install(EXPORT aifactory NAMESPACE aifactory:: FILE aifactoryTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/aifactoryConfig.cmake.in
  ${PROJECT_BINARY_DIR}/aifactoryConfig.cmake INSTALL_DESTINATION ${package_dir})
# Before 1.0 any minor version may change the interface; what a library was built with is checked when it is loaded.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/aifactoryConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/aifactoryConfig.cmake ${PROJECT_BINARY_DIR}/aifactoryConfigVersion.cmake
        DESTINATION ${package_dir})
install(FILES tools/python/aifactory_policy.py tools/python/fcfs.py tools/python/sjf.py
        DESTINATION ${CMAKE_INSTALL_DATADIR}/aifactory/python)
