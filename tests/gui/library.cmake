longtake_gui_test(library_test LIBS longtake_ui_library Qt6::Network)
