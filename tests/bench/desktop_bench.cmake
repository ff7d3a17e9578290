# desktop_bench: how quickly the desktop starts, opens, seeks and how still it is; run by hand, e.g. under xvfb-run.
if(LONGTAKE_DESKTOP)
  add_executable(desktop_bench ${CMAKE_CURRENT_LIST_DIR}/desktop_bench.cc)
  find_package(Qt6 REQUIRED COMPONENTS Test)
  target_link_libraries(desktop_bench PRIVATE longtake_compile longtake_ui_window Qt6::Test)
  target_compile_definitions(desktop_bench PRIVATE LONGTAKE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()
