/** The emoji names that releases are talked about with; an unknown :name: stays as it was typed. */

const NAMES = `
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|warning ⚠️|no_entry ⛔
no_entry_sign 🚫|octagonal_sign 🛑|stop_sign 🛑|rotating_light 🚨|construction 🚧|rocket 🚀|ship 🚢|package 📦|truck 🚚
train 🚆|train2 🚆|steam_locomotive 🚂|bullettrain_side 🚄|station 🚉|vertical_traffic_light 🚦|traffic_light 🚥|railway_track 🛤️
red_circle 🔴|large_red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫
large_green_square 🟩|large_yellow_square 🟨|large_red_square 🟥|white_large_square ⬜|black_large_square ⬛|white_small_square ▫️|small_blue_diamond 🔹
hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|timer_clock ⏲️|alarm_clock ⏰|clock1 🕐|clock3 🕒|clock9 🕘|calendar 📅|date 📅|spiral_calendar_pad 🗓️
lock 🔒|unlock 🔓|key 🔑|closed_lock_with_key 🔐|shield 🛡️|snowflake ❄️|ice_cube 🧊|fire 🔥|bug 🐛|boom 💥|zap ⚡|bulb 💡
arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|arrow_forward ▶️|arrow_backward ◀️|rewind ⏪|fast_forward ⏩|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️
arrows_counterclockwise 🔄|repeat 🔁|double_vertical_bar ⏸️|pause_button ⏸️|black_square_for_stop ⏹️|track_next ⏭️|track_previous ⏮️
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|mag 🔍|mag_right 🔎|eyes 👀|memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|scroll 📜|books 📚
page_facing_up 📄|link 🔗|paperclip 📎|pushpin 📌|round_pushpin 📍|speech_balloon 💬|thought_balloon 💭|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|inbox_tray 📥|outbox_tray 📤
thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|ok_hand 👌|raised_hands 🙌|clap 👏|wave 👋|pray 🙏|point_right 👉|point_down 👇|muscle 💪|raised_hand ✋|hand ✋
robot_face 🤖|ghost 👻|tada 🎉|sparkles ✨|star ⭐|trophy 🏆|checkered_flag 🏁|triangular_flag_on_post 🚩|white_flag 🏳️|baby_chick 🐤|hatching_chick 🐣|bird 🐦
smile 😄|slightly_smiling_face 🙂|thinking_face 🤔|cry 😢|sob 😭|sweat_smile 😅|joy 😂|heart ❤️|green_heart 💚|question ❓|exclamation ❗|grey_question ❔|bangbang ‼️
information_source ℹ️|hammer 🔨|wrench 🔧|hammer_and_wrench 🛠️|gear ⚙️|test_tube 🧪|microscope 🔬|sunny ☀️|cloud ☁️|thunder_cloud_and_rain ⛈️|crossed_fingers 🤞|label 🏷️|seedling 🌱|wastebasket 🗑️
busts_in_silhouette 👥|bust_in_silhouette 👤|new 🆕|ok 🆗|sos 🆘|100 💯|one 1️⃣|two 2️⃣|three 3️⃣|coffee ☕|crystal_ball 🔮|balance_scale ⚖️|ladder 🪜|anchor ⚓|globe_with_meridians 🌐`;

const EMOJI = new Map(NAMES.trim().split(/[|\n]/).map((entry) => {
  const space = entry.lastIndexOf(" ");
  return [entry.slice(0, space), entry.slice(space + 1)];
}));

export const emoji = (name) => EMOJI.get(name.split("::")[0]) ?? null;
