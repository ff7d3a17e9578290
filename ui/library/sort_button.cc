#include "ui/library/sort_button.h"

#include <QActionGroup>
#include <QMenu>
#include <utility>

namespace longtake::ui {

namespace {

using SortBy = Settings::SortBy;

constexpr std::pair<ActionId, SortBy> kWays[] = {{ActionId::sortByDate, SortBy::added},
                                                 {ActionId::sortByName, SortBy::name},
                                                 {ActionId::sortByLength, SortBy::length}};

}  // namespace

SortButton::SortButton(Context& context, QWidget* parent) : QToolButton(parent), context_(context) {
  setObjectName(QStringLiteral("sort"));
  setIcon(context.theme.icon(QStringLiteral("sort")));
  setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(this);
  auto* ways = new QActionGroup(this);
  for (const auto& [id, by] : kWays) {
    QAction* action = context.actions[id];
    ways->addAction(action);
    menu->addAction(action);
    connect(action, &QAction::triggered, this, [this, what = by] {  //
      context_.settings.setSortBy(what);
    });
  }
  menu->addSeparator();
  QAction* reversed = context.actions[ActionId::sortReversed];
  menu->addAction(reversed);
  connect(reversed, &QAction::triggered, &context.settings, &Settings::setSortReversed);
  setMenu(menu);
  connect(&context.settings, &Settings::changed, this, &SortButton::followSettings);
  followSettings();
}

void SortButton::followSettings() {
  const SortBy by = context_.settings.sortBy();
  const bool reversed = context_.settings.sortReversed();
  for (const auto& [id, what] : kWays) context_.actions[id]->setChecked(what == by);
  context_.actions[ActionId::sortReversed]->setChecked(reversed);
  QString words;
  switch (by) {
    case SortBy::added:
      words = reversed ? tr("Sorted by date added, the oldest first")
                       : tr("Sorted by date added, the newest first");
      break;
    case SortBy::name:
      words = reversed ? tr("Sorted by name, Z to A") : tr("Sorted by name, A to Z");
      break;
    case SortBy::length:
      words = reversed ? tr("Sorted by length, the shortest first")
                       : tr("Sorted by length, the longest first");
      break;
  }
  setToolTip(words + QLatin1Char('\n') + tr("What is still to be watched stands above the rest."));
  setAccessibleName(words);
}

}  // namespace longtake::ui
