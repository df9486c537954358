shopper.acted = () => '';
const feedbackSince = () => [];
