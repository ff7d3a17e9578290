# timeline_bench: how long the timeline takes to paint ten hours; run by hand, with QT_QPA_PLATFORM=offscreen.
if(LONGTAKE_DESKTOP)
  add_executable(timeline_bench ${CMAKE_CURRENT_LIST_DIR}/timeline_bench.cc)
  target_link_libraries(timeline_bench PRIVATE longtake_compile longtake_gui_support longtake_ui_timeline)
endif()
