namespace Lava.Metering.Scanning;

/// <content>The values of the fields that matter.</content>
public ref partial struct RequestPeek
{
    private bool Take(RequestField field, ByteRange token)
    {
        var text = token.Of(_body);
        var isNull = text[0] == 'n';
        switch (field)
        {
            case RequestField.Stream or RequestField.IncludeUsage or RequestField.Background:
                return TakeFlag(field, token, text);
            case RequestField.StreamOptions when isNull:
                _facts.StreamOptions = token;
                return true;
            case RequestField.GenerationConfig when isNull:
                _facts.GenerationConfig = token;
                return true;
            case RequestField.Metadata or RequestField.ServiceTier or RequestField.Speed when isNull:
                return true;
            case RequestField.InferenceConfig when isNull && _format == ApiFormat.BedrockConverse:
                _facts.GenerationConfig = token;
                return true;
            case var known when IsBedrockObject(known):
                return isNull || Reject(field);
            case RequestField.Tools or RequestField.Prompt:
                return true;
            case RequestField.MaxToolCalls:
                return isNull || TakeMaxToolCalls(text);
            case RequestField.N or RequestField.BestOf or RequestField.CandidateCount:
                return isNull || TakeChoices(field, text);
            case RequestField.Model or RequestField.StreamOptions or RequestField.GenerationConfig or RequestField.Metadata:
            case RequestField.ServiceTier or RequestField.Speed:
                return Reject(field);
            default:
                return TakeMaxOutput(field, token, text, isNull);
        }
    }

    private bool TakeFlag(RequestField field, ByteRange token, ReadOnlySpan<byte> text)
    {
        if (text[0] is not ((byte)'t' or (byte)'f' or (byte)'n'))
        {
            return Reject(field);
        }

        if (field == RequestField.Stream)
        {
            _facts.Stream = text[0] == 't';
            return true;
        }

        if (field == RequestField.Background)
        {
            _facts.Background = text[0] == 't';
            return true;
        }

        _facts.IncludeUsage = token;
        _facts.HasIncludeUsage = text[0] == 't';
        return true;
    }

    private bool TakeMaxOutput(RequestField field, ByteRange token, ReadOnlySpan<byte> text, bool isNull)
    {
        if (!isNull)
        {
            if (!TryGetInteger(text, OutputTokensMax, out var tokens))
            {
                return Reject(field);
            }

            _facts.MaxOutputTokens = Math.Max(_facts.MaxOutputTokens ?? 0, tokens);
        }

        if (_facts.MaxOutputOther.IsPresent)
        {
            // Bedrock's vendors have a spelling each, and no request three of them.
            return Reject(field);
        }

        if (_facts.MaxOutput.IsPresent)
        {
            _facts.MaxOutputOther = token;
        }
        else
        {
            _facts.MaxOutput = token;
        }

        return true;
    }

    // Digits only: 1e3 and 5.0 mean different things to different providers.
    private static bool TryGetInteger(ReadOnlySpan<byte> text, long max, out long value)
    {
        value = 0;
        foreach (var b in text)
        {
            if (!char.IsAsciiDigit((char)b))
            {
                return false;
            }

            value = (value * 10) + (b - '0');
            if (value > max)
            {
                return false;
            }
        }

        return true;
    }
}
