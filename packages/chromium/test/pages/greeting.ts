document.body.textContent = "good morning";
