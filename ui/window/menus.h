// Declares fillMenus(): the menu bar, made from the table of actions.
//
// Thread rule: GUI thread. Lifetime rule: the menus belong to the bar.
#ifndef LONGTAKE_UI_WINDOW_MENUS_H_
#define LONGTAKE_UI_WINDOW_MENUS_H_

#include "ui/base/actions.h"

class QMenuBar;

namespace longtake::ui {

// A menu per section, in the order of the table, with a line before each of the actions that begin
// a new group.
void fillMenus(QMenuBar& bar, Actions& actions);

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_WINDOW_MENUS_H_
