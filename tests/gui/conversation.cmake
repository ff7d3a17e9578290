pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
longtake_gui_test(conversation_test
  SOURCES ${PROJECT_SOURCE_DIR}/tests/support/faulty_backend.cc
  LIBS longtake_ui_conversation PkgConfig::SQLITE)
if(TARGET longtake_ui_dialogs)
  longtake_gui_test(export_dialog_test LIBS longtake_ui_dialogs)
endif()
