#include "ui/window/menus.h"

#include <QMenu>
#include <QMenuBar>
#include <algorithm>
#include <iterator>

namespace longtake::ui {

namespace {

using enum ActionId;

constexpr ActionId kGroupBegins[] = {
    exportReport, preferences, quit,       copyTime,     find,           back5,  slower,
    volumeUp,     goToStart,   addMarker,  previousMark, acceptCitation, relink, newConversation,
    sortByDate,   zoomIn,      fullScreen, biggerText,   models,         about};

}  // namespace

void fillMenus(QMenuBar& bar, Actions& actions) {
  bar.clear();
  QMenu* menu = nullptr;
  for (const ActionInfo& info : actionTable()) {
    const QString section = Actions::sectionText(info);
    if (menu == nullptr || menu->objectName() != QLatin1String(info.section)) {
      menu = bar.addMenu(section);
      menu->setObjectName(QLatin1String(info.section));
      menu->setToolTipsVisible(false);
    }
    if (std::find(std::begin(kGroupBegins), std::end(kGroupBegins), info.id) !=
        std::end(kGroupBegins)) {
      menu->addSeparator();
    }
    menu->addAction(actions[info.id]);
  }
}

}  // namespace longtake::ui
