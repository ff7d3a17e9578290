longtake_gui_test(window_test LIBS longtake_ui_window)
longtake_gui_test(actions_test LIBS longtake_ui_window)
longtake_gui_test(engine_words_test LIBS longtake_ui_window)

# The program itself, with somebody at its preferences.
add_executable(restarting_desktop restarting_desktop.cc ${PROJECT_SOURCE_DIR}/app/desktop/main.cc)
target_link_libraries(restarting_desktop PRIVATE longtake_compile longtake_app_paths longtake_ui_window)
longtake_gui_test(restart_test)
target_compile_definitions(gui_restart_test PRIVATE RESTARTING_DESKTOP="$<TARGET_FILE:restarting_desktop>")
add_dependencies(gui_restart_test restarting_desktop)

# The same once more on a real display with a window manager: focus, full screen and painting as a person has them.
find_program(LONGTAKE_XVFB_RUN xvfb-run)
find_program(LONGTAKE_OPENBOX openbox)
if(LONGTAKE_XVFB_RUN AND LONGTAKE_OPENBOX)
  function(longtake_gui_test_on_x11 program name)
    add_test(NAME gui_${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/gui/on_x11.sh $<TARGET_FILE:gui_${program}>)
    set_tests_properties(gui_${name} PROPERTIES TIMEOUT 300 LABELS "gui;slow"
      ENVIRONMENT "LONGTAKE_SHOTS=${CMAKE_CURRENT_BINARY_DIR}/shots/${name};${ARGN}")
  endfunction()
  foreach(name player_test window_test actions_test)
    longtake_gui_test_on_x11(${name} ${name}_on_x11)
  endforeach()
  # By OpenGL, which the player takes from a graphics card only, and here is the processor's.
  longtake_gui_test_on_x11(player_test player_test_on_opengl LONGTAKE_SOFTWARE_VIDEO=0)
else()
  message(STATUS "No xvfb-run or no openbox: the desktop is tested offscreen only")
endif()
