// Declares Context: what every panel is given.
//
// Thread rule: GUI thread. Lifetime rule: refers to things that outlive the panels.
#ifndef LONGTAKE_UI_BASE_CONTEXT_H_
#define LONGTAKE_UI_BASE_CONTEXT_H_

#include "ui/base/actions.h"
#include "ui/base/engine_link.h"
#include "ui/base/settings.h"
#include "ui/base/shelf.h"
#include "ui/base/theme.h"
#include "ui/base/workspace.h"

namespace longtake::ui {

struct Context {
  Settings& settings;
  Theme& theme;
  Actions& actions;
  EngineLink& engine;
  Shelf& shelf;
  Workspace& workspace;
};

}  // namespace longtake::ui

#endif  // LONGTAKE_UI_BASE_CONTEXT_H_
