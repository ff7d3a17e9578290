# What `cmake --install` puts where, and the .deb that CPack makes of it.
include(GNUInstallDirs)
set(share ${CMAKE_INSTALL_DATADIR})
set(resources ${PROJECT_SOURCE_DIR}/resources)

install(TARGETS longtake-cli RUNTIME)
install(DIRECTORY ${resources}/nano/model DESTINATION ${share}/longtake/nano)
install(FILES ${resources}/sample/sample.mp4 ${resources}/sample/questions.txt
        DESTINATION ${share}/longtake/sample)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${share}/doc/longtake)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/copyright DESTINATION ${share}/doc/longtake)
install(FILES ${PROJECT_SOURCE_DIR}/packaging/lintian-overrides
        DESTINATION ${share}/lintian/overrides RENAME longtake)

if(LONGTAKE_DESKTOP)
  set(id io.github.longtake.longtake)
  install(TARGETS longtake RUNTIME)
  install(FILES ${PROJECT_SOURCE_DIR}/packaging/desktop/${id}.desktop
          DESTINATION ${share}/applications)
  install(FILES ${PROJECT_SOURCE_DIR}/packaging/desktop/${id}.metainfo.xml
          DESTINATION ${share}/metainfo)
  install(FILES ${resources}/icons/longtake.svg
          DESTINATION ${share}/icons/hicolor/scalable/apps RENAME ${id}.svg)
  install(FILES ${resources}/icons/longtake-mark.svg
          DESTINATION ${share}/icons/hicolor/symbolic/apps RENAME ${id}-symbolic.svg)
endif()

# NVIDIA's cuBLAS is no part of Debian, so the plugin is none of the .deb:
# cmake --install BUILD --component cuda --prefix /usr
if(TARGET longtake_cuda)
  install(TARGETS longtake_cuda LIBRARY DESTINATION lib/longtake COMPONENT cuda EXCLUDE_FROM_ALL)
endif()

# Debian wants a compressed changelog.
find_program(GZIP gzip REQUIRED)
set(changelog ${PROJECT_BINARY_DIR}/changelog.gz)
execute_process(COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/packaging/changelog
                OUTPUT_FILE ${changelog} COMMAND_ERROR_IS_FATAL ANY)
install(FILES ${changelog} DESTINATION ${share}/doc/longtake)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME longtake)
set(CPACK_PACKAGE_VENDOR "The Longtake developers")
set(CPACK_PACKAGE_CONTACT "The Longtake developers <longtake@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "interactive question answering about video of any length")
set(CPACK_PACKAGE_DESCRIPTION
    "Longtake watches a video once with a video-language model, keeps what it saw as\na memory on this computer, and answers questions with time ranges that can be\nchecked with one click. It runs locally and offline.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "https://longtake.github.io")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland, qt6-translations-l10n, ffmpeg")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
